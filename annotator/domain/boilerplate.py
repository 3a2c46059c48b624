"""Lines of a page that nobody wrote as text: crawl ids, buttons, notices, footers.

Pages mix languages (an English button under an Arabic article), so every pattern is tried on every
line. A pattern covers the whole line, and stays narrow: a sentence lost to annotators is worse than a
button that is shown to them.
"""

import re
from functools import cache

LONGEST_NOTICE = 60  # words
_DIGITS = re.compile(r"\d")
_LONG_NUMBER = re.compile(r"\d{5}")
_LETTERS = re.compile(r"[^\W\d_]")
_NO_WORDS = re.compile(r"[\d\s!-/:-@\[-`{-~–—―•·●■►→↑…«»“”‘’؛،]+")  # digits and punctuation; emoji speak
_EDGE = re.compile(r"^[\s\W]+|[\s\W]+$")

_ENGLISH = (
    r"(scroll|back|return|go|jump) to (the )?top|skip to (the )?(main )?content|skip (the )?navigation",
    r"share( (this|on|via|with))?( (article|post|page|story|news))?( (on|via|with|to))?( [\w/]+){0,2}",
    r"(tweet|print|email|copy link|whatsapp|facebook|twitter|telegram|linkedin|pinterest|reddit)( this)?"
    r"( (article|page|story))?",
    r"(click here|tap here) to \w+.{0,60}|read (more|next|also|the full (story|article))( ?[:»>|-].{0,120})?",
    r"(subscribe|sign up) (now|today|here|to (our|the) .{0,60}|for (our|the|more) .{0,60})|subscribe|sign up",
    r"(log|sign) (in|out)( to .{0,40})?|register( now)?|my account|main menu|menu|search|home ?page",
    r"advert(isement)?s?|sponsored( content| links?)?|promoted( content)?|continue reading( below)?",
    r"(related|recommended|more|latest|popular|trending) (articles?|stories|posts?|news|topics|from .{0,40})",
    r"leave a (comment|reply)|(add|post|view) (a )?comments?|(no|\d+) comments?|comments? (are )?closed",
    r"follow us( on .{0,60})?|get the app|download (our|the) app|next (article|post)|previous (article|post)",
    r"(privacy|cookie)s? (policy|notice|settings|preferences)|terms (of (use|service)|(and|&) conditions)",
    r"(copyright|©|\(c\)).{0,120}|.{0,80}all rights reserved.{0,60}|contact us|about us",
    r"((this|our) (web)?site|we)( and our partners)? uses? cookies.*|by (continuing|using).{0,80}cookies.*",
    r"(accept|reject|manage|allow)( all)?( cookies)|accept all|cookie settings",
)
_SPANISH = (
    r"(volver|ir|subir|regresar)( al?)? (arriba|inicio|principio)|(saltar|ir) al contenido( principal)?",
    r"(compartir?|comparte)( (esta?e?|en|por|con))?( (noticia|artículo|entrada|página|nota))?"
    r"( (en|por))?( [\w/]+){0,2}",
    r"imprimir|copiar enlace|iniciar sesión|regístrate|registrarse|menú|buscar|inicio",
    r"(leer|ver|lee|seguir leyendo)( también| más)( ?[:»>|-].{0,120})?|haz clic aquí.{0,60}|seguir leyendo",
    r"(suscríbete|suscribirse|suscríbase)( .{0,60})?|publicidad|anuncio|contenido patrocinado|patrocinado",
    r"(artículos|noticias|notas|temas|contenidos?) relacionad[oa]s?|lo más (leído|visto)|últimas noticias",
    r"(deja|dejar|escribe) (un|tu) comentario|(sin|\d+) comentarios?|comentarios( cerrados)?",
    r"síguenos( en .{0,60})?|política de (privacidad|cookies)|aviso legal|términos (y condiciones|de uso)",
    r".{0,80}todos los derechos reservados.{0,60}|contacto|quiénes somos",
    r"((este|nuestro) sitio( web)?|esta (web|página)) (usa|utiliza) cookies.*|(usamos|utilizamos) cookies.*",
    r"(aceptar|rechazar|configurar)( todas)?( las)?( cookies)?",
)
_ARABIC = (
    r"(العودة|الرجوع|عودة|انتقل|الانتقال) [اإ]لى ((ال)?[اأ]على|بداية|ال?محتوى).{0,20}",
    r"تخطي? [اإ]لى المحتوى",
    r"(شارك|شاركها?|مشاركة|انشر)( هذ[ها])?( ال?(مقال[ةه]?|خبر|صفح[ةه]|موضوع))?( (على|عبر|مع))?( \w+){0,2}",
    r"طباعة|نسخ الرابط|تسجيل الدخول|القائمة|بحث|الرئيسية|واتساب|فيسبوك|تويتر|تلغرام|تيليجرام",
    r"([اإ]قر[اأ]|المزيد|شاهد)( [اأ]يضا?ً?ا?| المزيد| من)?( ?[:»>|-].{0,120})?|تابع القراءة|اضغط هنا.{0,60}",
    r"(اشترك|اشتركوا|الاشتراك)( .{0,60})?|[اإ]علانا?ت?|محتوى (مدفوع|برعاية)|مادة [اإ]علانية",
    r"(مواضيع|[اأ]خبار|مقالات)( ذات صلة| متعلقة| مشابهة)|ال[اأ]كثر (قراءة|مشاهدة)|[اآ]خر ال[اأ]خبار",
    r"([اأ]ضف|[اأ]ترك|اكتب) تعليقا?ً?ا?|(لا توجد )?تعليقات|التعليقات( مغلقة)?",
    r"تابعو?ا?نا( على .{0,60})?|سياسة (الخصوصية|ملفات تعريف الارتباط)|(شروط|[اأ]حكام) (الاستخدام|الخدمة)",
    r".{0,80}(جميع|كل|كافة) الحقوق محفوظة.{0,60}|اتصل بنا|من نحن",
    r"(نستخدم|يستخدم (هذا )?(ال)?موقع(نا)?).{0,20}(ملفات تعريف الارتباط|الكوكيز).*",
    r"(قبول|رفض)( جميع| كل)?( ملفات تعريف الارتباط)?",
)


@cache
def _furniture() -> re.Pattern[str]:
    """All of them; made when the first text is cleaned, for it takes a tenth of a server's start."""
    return re.compile("|".join(f"(?:{line})" for line in _ENGLISH + _SPANISH + _ARABIC))


def is_furniture(line: str) -> bool:
    """Whether this line, wherever it stands, belongs to the page and not to the text."""
    if len(line.split()) > LONGEST_NOTICE:
        return False
    return bool(_NO_WORDS.fullmatch(line) or _furniture().fullmatch(_EDGE.sub("", line.casefold())))


def is_crawl_id(line: str) -> bool:
    """Whether a line at the top of a text is a crawler's note: few words, long numbers, no sentence.

    At least one run of five digits, and three digits for every seven letters: a year in a headline is
    none.
    """
    if len(line.split()) > 8 or line.endswith((".", "!", "?", "؟", "…")) or not _LONG_NUMBER.search(line):
        return False
    return len(_DIGITS.findall(line)) * 7 >= len(_LETTERS.findall(line)) * 3
