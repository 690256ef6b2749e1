// Arabic, which is written from the right.
import type { Catalogue } from "./en";
import { counting } from "./plural";

const count = counting("ar");
const minutes = (n: number) => count(n, { one: "دقيقة واحدة", two: "دقيقتين", few: "# دقائق", many: "# دقيقة", other: "# دقيقة" });

export const ar: Catalogue = {
  direction: "rtl",

  // the launcher and the window
  chat: "المحادثة",
  close: "إغلاق نافذة المحادثة",
  menu: "المزيد",
  loading: "جارٍ التحميل…",

  // before the chat
  yourName: "اسمك",
  guest: "ضيف",
  start: "بدء المحادثة",
  needed: (label) => `يُرجى ملء الحقل: ${label}`,
  noEmail: "عنوان البريد الإلكتروني غير صالح",
  noWidget: "لم تعد هذه المحادثة متاحة.",
  unreachable: "يتعذّر الوصول إلى الخادم. يُرجى التحقق من اتصالك.",
  tooFast: "بدأت محادثات كثيرة من اتصالك للتو. يُرجى الانتظار دقيقة ثم المحاولة مرة أخرى.",
  full: "جميع موظفينا مشغولون حاليًا. يُرجى المحاولة مرة أخرى بعد بضع دقائق.",
  notSigned: "يُرجى تسجيل الدخول إلى هذا الموقع لبدء محادثة.",
  notStarted: "تعذّر بدء المحادثة.",
  tryAgain: "المحاولة مرة أخرى",
  closed: (opens) => (opens ? `نحن مغلقون حاليًا. سنعود: ${opens}.` : "نحن مغلقون حاليًا."),
  busy: "جميع موظفينا مشغولون حاليًا.",
  mayTake: "يمكنك بدء محادثة مع ذلك، لكن الرد قد يستغرق وقتًا أطول.",
  leaveInstead: "اترك لنا رسالة، وسيظهر الرد هنا.",
  leave: "ترك الرسالة",
  received: "لقد استلمنا رسالتك. سيظهر الرد هنا: عُد إلى هذه الصفحة لقراءته.",

  // the chat
  conversation: "نص المحادثة",
  writeHere: "رسالتك",
  send: "إرسال",
  attach: "إرفاق ملف",
  connecting: "جارٍ الاتصال…",
  lost: "انقطع الاتصال. جارٍ إعادة المحاولة…",
  now: "الآن",
  placed: (position, wait) =>
    wait === undefined ? `ترتيبك في قائمة الانتظار: ${position}.` : `ترتيبك في قائمة الانتظار: ${position}. مدة الانتظار التقريبية: ${minutes(Math.max(1, Math.round(wait / 60)))}.`,
  previews: "يرى موظفونا ما تكتبه قبل أن ترسله.",
  typing: (name) => (name ? `${name} يكتب الآن` : "هناك من يكتب الآن"),
  idle: (left) =>
    left === undefined ? "هل ما زلت هنا؟" : left < 1 ? "هل ما زلت هنا؟ ستنتهي المحادثة بعد لحظات." : `هل ما زلت هنا؟ ستنتهي المحادثة خلال ${minutes(left)} ما لم تكتب شيئًا.`,
  tooQuiet: {
    CUSTOMER: "لم تصلنا منك رسالة منذ فترة، لذلك غادر موظفنا المحادثة.",
    AGENT: "نعتذر: لم يكتب موظفنا شيئًا منذ فترة وغادر المحادثة.",
  },
  says: (name) => `${name}:`,
  you: "أنت",
  joined: (name) => `انضم ${name} إلى المحادثة`,
  left: (name) => `غادر ${name} المحادثة`,
  transferred: "جارٍ تحويلك إلى شخص آخر",
  ended: "انتهت هذه المحادثة",
  failed: "لم تُرسل",
  retry: "إعادة الإرسال",
  discard: "تجاهل",
  states: { sending: "جارٍ الإرسال", failed: "لم تُرسل", sent: "أُرسلت", delivered: "وصلت", read: "قُرئت" },
  newest: "الانتقال إلى أحدث رسالة",
  newMessages: (n) => count(n, { one: "رسالة جديدة واحدة", two: "رسالتان جديدتان", few: "# رسائل جديدة", many: "# رسالة جديدة", other: "# رسالة جديدة" }),
  empty: "اكتب لنا وسنرد عليك هنا.",
  older: "جارٍ تحميل الرسائل الأقدم…",

  // files
  download: (name) => `تنزيل ${name}`,
  uploading: (percent) => `جارٍ الرفع، ${percent} %`,
  checking: "قيد الفحص",
  rejected: "رُفض هذا الملف",
  stop: "إيقاف الرفع",
  noFile: "تعذّرت قراءة الملف.",

  // interactive messages
  choose: "اختيار",
  picture: (what) => `صورة: ${what}`,
  timesIn: (zone) => `الأوقات بتوقيت ${zone}`,
  slot: (start, length) => `${start}، ${minutes(length)}`,
  answered: "أُرسل النموذج",
  noView: "لا يمكن عرض هذا النموذج هنا.",
  opensPage: "يفتح صفحة أخرى",

  // the end
  end: "إنهاء المحادثة",
  reallyEnd: "هل تريد إنهاء هذه المحادثة؟",
  cancel: "متابعة المحادثة",
  ending: "جارٍ الإنهاء…",
  notEnded: "تعذّر إنهاء المحادثة. يُرجى المحاولة مرة أخرى.",
  transcript: "حفظ المحادثة",
  copy: "نسخ",
  copied: "تم النسخ",
  back: "العودة إلى المحادثة",
  again: "بدء محادثة جديدة",
};
