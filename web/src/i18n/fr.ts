// French. A space that breaks no line (\u00a0) stands before a colon, a question mark and a percent sign.
import type { Catalogue } from "./en";
import { counting } from "./plural";

const count = counting("fr");
const minutes = (n: number) => count(n, { one: "# minute", other: "# minutes" });

export const fr: Catalogue = {
  direction: "ltr",

  // the launcher and the window
  chat: "Chat",
  close: "Fermer la fenêtre de chat",
  menu: "Plus",
  loading: "Chargement…",

  // before the chat
  yourName: "Votre nom",
  guest: "Invité",
  start: "Démarrer le chat",
  needed: (label) => `Veuillez remplir\u00a0: ${label}`,
  noEmail: "Cette adresse e-mail n’est pas valide",
  noWidget: "Ce chat n’existe plus.",
  unreachable: "Le serveur est injoignable. Veuillez vérifier votre connexion.",
  tooFast: "De nombreux chats viennent d’être démarrés depuis votre connexion. Veuillez patienter une minute, puis réessayer.",
  full: "Tous nos conseillers sont occupés pour le moment. Veuillez réessayer dans quelques minutes.",
  notSigned: "Veuillez vous connecter sur ce site pour démarrer un chat.",
  notStarted: "Le chat n’a pas pu être démarré.",
  tryAgain: "Réessayer",
  closed: (opens) => (opens ? `Nous sommes fermés pour le moment. Réouverture\u00a0: ${opens}.` : "Nous sommes fermés pour le moment."),
  busy: "Tous nos conseillers sont occupés pour le moment.",
  mayTake: "Vous pouvez tout de même démarrer un chat\u00a0; la réponse peut prendre plus de temps.",
  leaveInstead: "Laissez-nous un message\u00a0: la réponse apparaîtra ici.",
  leave: "Laisser le message",
  received: "Nous avons bien reçu votre message. La réponse apparaîtra ici\u00a0: revenez sur cette page pour la lire.",

  // the chat
  conversation: "Conversation",
  writeHere: "Votre message",
  send: "Envoyer",
  attach: "Joindre un fichier",
  connecting: "Connexion…",
  lost: "La connexion est interrompue. Nouvelle tentative en cours…",
  now: "Maintenant",
  placed: (position, wait) =>
    wait === undefined
      ? `Vous êtes en position ${position} dans la file d’attente.`
      : `Vous êtes en position ${position} dans la file d’attente. Attente estimée\u00a0: ${minutes(Math.max(1, Math.round(wait / 60)))}.`,
  previews: "Nos agents voient ce que vous écrivez avant que vous ne l’envoyiez.",
  typing: (name) => (name ? `${name} est en train d’écrire` : "Quelqu’un est en train d’écrire"),
  idle: (left) =>
    left === undefined
      ? "Êtes-vous toujours là\u00a0?"
      : left < 1
        ? "Êtes-vous toujours là\u00a0? Le chat va bientôt se terminer."
        : `Êtes-vous toujours là\u00a0? Sans message de votre part, le chat se terminera dans ${minutes(left)}.`,
  tooQuiet: {
    CUSTOMER: "Sans message de votre part depuis un moment, notre conseiller a quitté le chat.",
    AGENT: "Nous sommes désolés\u00a0: notre conseiller n’a rien écrit depuis un moment et a quitté le chat.",
  },
  says: (name) => `${name}\u00a0:`,
  you: "Vous",
  joined: (name) => `${name} a rejoint le chat`,
  left: (name) => `${name} a quitté le chat`,
  transferred: "Vous allez être mis en relation avec quelqu’un d’autre",
  ended: "Ce chat est terminé",
  failed: "Non envoyé",
  refused: {
    tooLong: (most) => `Ce message est trop long : ${most} caractères au plus peuvent être envoyés à la fois.`,
    text: "Ce message n’a pas été accepté.",
    empty: "Ce fichier est vide.",
    tooLarge: (size) => `Ce fichier est trop volumineux : ${size} au plus peuvent être envoyés.`,
    tooMany: (most) => `Pas plus de ${most} fichiers peuvent être envoyés dans une discussion.`,
    type: (types) => `Les fichiers de ce type ne peuvent pas être envoyés ici. Sont possibles : ${types}.`,
    file: "Ce fichier n’a pas été accepté.",
  },
  retry: "Renvoyer",
  discard: "Supprimer",
  states: { sending: "Envoi en cours", failed: "Non envoyé", sent: "Envoyé", delivered: "Distribué", read: "Lu" },
  newest: "Aller au message le plus récent",
  newMessages: (n) => count(n, { one: "# nouveau message", other: "# nouveaux messages" }),
  empty: "Écrivez-nous\u00a0: quelqu’un vous répondra ici.",
  older: "Chargement des messages plus anciens…",

  // files
  download: (name) => `Télécharger ${name}`,
  uploading: (percent) => `Envoi en cours, ${percent}\u00a0%`,
  checking: "Vérification en cours",
  rejected: "Ce fichier a été refusé",
  stop: "Arrêter l’envoi",
  noFile: "Le fichier n’a pas pu être lu.",

  // interactive messages
  choose: "Choisir",
  picture: (what) => `Image\u00a0: ${what}`,
  timesIn: (zone) => `Heures indiquées en ${zone}`,
  slot: (start, length) => `${start}, ${minutes(length)}`,
  form: "Un formulaire à remplir",
  answered: "Formulaire envoyé",
  passed: "Ce formulaire ne peut plus être rempli.",
  noView: "Ce formulaire ne peut pas être affiché ici.",
  opensPage: "ouvre une autre page",

  // told of answers while one is away
  tellMe: "M’avertir des réponses sur cet appareil",
  tellNoMore: "Ne plus m’avertir",
  ok: "OK",
  told: "Vous serez averti sur cet appareil quand quelqu’un répond, même si le chat est fermé.",
  toldNoMore: "Vous ne serez plus averti sur cet appareil.",
  noWindow: "La fenêtre qui demande votre autorisation n’est pas reliée à ce chat. Veuillez permettre à ce site d’ouvrir des fenêtres, puis réessayer\u00a0; certains sites l’empêchent.",
  forbidden: "Votre navigateur ne le permet pas. Vous pouvez changer cela dans ses paramètres, sous Notifications.",
  unable: "Ce navigateur ne permet pas de vous avertir des réponses.",
  notTold: "Cela n’a pas fonctionné. Veuillez réessayer.",
  askTell: (title) => `${title} peut-il vous avertir sur cet appareil quand quelqu’un répond, même si le chat est fermé\u00a0?`,
  allow: "Oui, m’avertir",
  notNow: "Pas maintenant",
  alone: "Cette fenêtre n’est reliée à aucun chat. Veuillez l’ouvrir depuis le menu du chat\u00a0; certains sites l’empêchent.",
  done: "C’est fait. Vous pouvez fermer cette fenêtre.",
  newMessage: "Un nouveau message",

  // the end
  end: "Terminer le chat",
  reallyEnd: "Voulez-vous terminer ce chat\u00a0?",
  cancel: "Continuer le chat",
  ending: "Fin du chat…",
  notEnded: "Le chat n’a pas pu être terminé. Veuillez réessayer.",
  transcript: "Enregistrer la conversation",
  copy: "Copier",
  copied: "Copié",
  back: "Retour au chat",
  again: "Démarrer un nouveau chat",
};
