// Spanish.
import type { Catalogue } from "./en";
import { counting } from "./plural";

const count = counting("es");
const minutes = (n: number) => count(n, { one: "# minuto", other: "# minutos" });

export const es: Catalogue = {
  direction: "ltr",

  // the launcher and the window
  chat: "Chat",
  close: "Cerrar la ventana de chat",
  menu: "Más",
  loading: "Cargando…",

  // before the chat
  yourName: "Su nombre",
  guest: "Invitado",
  start: "Iniciar el chat",
  needed: (label) => `Por favor, rellene: ${label}`,
  noEmail: "Esta dirección de correo electrónico no es válida",
  noWidget: "Este chat ya no existe.",
  unreachable: "No se puede acceder al servidor. Por favor, compruebe su conexión.",
  tooFast: "Se acaban de iniciar muchos chats desde su conexión. Por favor, espere un minuto e inténtelo de nuevo.",
  full: "En este momento todo nuestro personal está ocupado. Por favor, inténtelo de nuevo dentro de unos minutos.",
  notSigned: "Por favor, inicie sesión en este sitio para empezar un chat.",
  notStarted: "No se ha podido iniciar el chat.",
  tryAgain: "Intentar de nuevo",
  closed: (opens) => (opens ? `Ahora mismo está cerrado. Volvemos a abrir: ${opens}.` : "Ahora mismo está cerrado."),
  busy: "En este momento todo nuestro personal está ocupado.",
  mayTake: "Puede iniciar un chat de todos modos; la respuesta puede tardar más.",
  leaveInstead: "Déjenos un mensaje: la respuesta aparecerá aquí.",
  leave: "Dejar el mensaje",
  received: "Hemos recibido su mensaje. La respuesta aparecerá aquí: vuelva a esta página para leerla.",

  // the chat
  conversation: "Conversación",
  writeHere: "Su mensaje",
  send: "Enviar",
  attach: "Adjuntar un archivo",
  connecting: "Conectando…",
  lost: "Se ha perdido la conexión. Intentando de nuevo…",
  now: "Ahora",
  placed: (position, wait) =>
    wait === undefined ? `Su posición en la cola es ${position}.` : `Su posición en la cola es ${position}. Espera aproximada: ${minutes(Math.max(1, Math.round(wait / 60)))}.`,
  previews: "Nuestros agentes ven lo que escribe antes de que lo envíe.",
  typing: (name) => (name ? `${name} está escribiendo` : "Alguien está escribiendo"),
  idle: (left) =>
    left === undefined ? "¿Sigue ahí?" : left < 1 ? "¿Sigue ahí? El chat está a punto de terminar." : `¿Sigue ahí? El chat terminará en ${minutes(left)} si no escribe nada.`,
  tooQuiet: {
    CUSTOMER: "Llevaba un rato sin escribir, por lo que nuestro agente ha abandonado el chat.",
    AGENT: "Lo sentimos: nuestro agente llevaba un rato sin escribir y ha abandonado el chat.",
  },
  says: (name) => `${name}:`,
  you: "Usted",
  joined: (name) => `${name} se ha unido al chat`,
  left: (name) => `${name} ha abandonado el chat`,
  transferred: "Le estamos pasando con otra persona",
  ended: "Este chat ha terminado",
  failed: "No enviado",
  refused: {
    tooLong: (most) => `Este mensaje es demasiado largo: se pueden enviar como máximo ${most} caracteres a la vez.`,
    text: "Este mensaje no se ha aceptado.",
    empty: "Este archivo está vacío.",
    tooLarge: (size) => `Este archivo es demasiado grande: se pueden enviar como máximo ${size}.`,
    tooMany: (most) => `No se pueden enviar más de ${most} archivos en un chat.`,
    type: (types) => `Aquí no se pueden enviar archivos de este tipo. Se pueden enviar: ${types}.`,
    file: "Este archivo no se ha aceptado.",
  },
  retry: "Enviar de nuevo",
  discard: "Descartar",
  states: { sending: "Enviando", failed: "No enviado", sent: "Enviado", delivered: "Entregado", read: "Leído" },
  newest: "Ir al mensaje más reciente",
  newMessages: (n) => count(n, { one: "# mensaje nuevo", other: "# mensajes nuevos" }),
  empty: "Escríbanos: aquí le responderemos.",
  older: "Cargando mensajes anteriores…",

  // files
  download: (name) => `Descargar ${name}`,
  uploading: (percent) => `Subiendo, ${percent} %`,
  checking: "En comprobación",
  rejected: "Este archivo se ha rechazado",
  stop: "Detener la subida",
  noFile: "No se ha podido leer el archivo.",

  // interactive messages
  choose: "Elegir",
  picture: (what) => `Imagen: ${what}`,
  timesIn: (zone) => `Horas en la zona ${zone}`,
  slot: (start, length) => `${start}, ${minutes(length)}`,
  form: "Un formulario para rellenar",
  answered: "Formulario enviado",
  passed: "Este formulario ya no se puede rellenar.",
  noView: "Este formulario no se puede mostrar aquí.",
  opensPage: "abre otra página",

  // told of answers while one is away
  tellMe: "Avisarme de las respuestas en este dispositivo",
  tellNoMore: "Dejar de avisarme",
  ok: "Aceptar",
  told: "Le avisaremos en este dispositivo cuando alguien responda, aunque el chat esté cerrado.",
  toldNoMore: "Ya no le avisaremos en este dispositivo.",
  noWindow: "La ventana que pide su permiso no está conectada con este chat. Por favor, permita que este sitio abra ventanas e inténtelo de nuevo; algunos sitios lo impiden.",
  forbidden: "Su navegador no lo permite. Puede cambiarlo en su configuración, en Notificaciones.",
  unable: "En este navegador no es posible avisarle de las respuestas.",
  notTold: "No ha funcionado. Por favor, inténtelo de nuevo.",
  askTell: (title) => `¿Puede ${title} avisarle en este dispositivo cuando alguien responda, aunque el chat esté cerrado?`,
  allow: "Sí, avisarme",
  notNow: "Ahora no",
  alone: "Esta ventana no está conectada con ningún chat. Por favor, ábrala desde el menú del chat; algunos sitios lo impiden.",
  done: "Listo. Puede cerrar esta ventana.",
  newMessage: "Un mensaje nuevo",

  // the end
  end: "Finalizar el chat",
  reallyEnd: "¿Desea finalizar este chat?",
  cancel: "Seguir en el chat",
  ending: "Finalizando…",
  notEnded: "No se ha podido finalizar el chat. Por favor, inténtelo de nuevo.",
  transcript: "Guardar la conversación",
  copy: "Copiar",
  copied: "Copiado",
  back: "Volver al chat",
  again: "Iniciar un chat nuevo",
};
