// Offsets of the store count code points; the browser's count UTF-16 units, of which an emoji has two.

export const codePoints = (text) => {
  let count = 0
  for (const _ of text) count += 1
  return count
}

// The UTF-16 offset that stands after so many code points.
export const units = (text, points) => {
  let offset = 0
  for (const character of text) {
    if (points-- <= 0) break
    offset += character.length
  }
  return offset
}

// The text between two offsets in code points.
export const cut = (text, start, end) => text.slice(units(text, start), units(text, end))

export const percent = (share) => new Intl.NumberFormat(document.documentElement.lang, { style: "percent" }).format(share)

// [start, end] of each word, or each grapheme, in code points from `first`; white space is neither.
export const words = (text, language, first = 0) => pieces(text, language, first, "word", ({ isWordLike }) => isWordLike)
export const graphemes = (text, language, first = 0) => pieces(text, language, first, "grapheme", ({ segment }) => segment.trim())

// Without white space at either end; null if nothing else is there.
export function trimmed([start, end], text) {
  const characters = [...text]
  let from = 0, to = characters.length
  while (from < to && !characters[from].trim()) from += 1
  while (from < to && !characters[to - 1].trim()) to -= 1
  return from < to ? [start + from, end - (characters.length - to)] : null
}

// Cuts the text around a sentence into the blocks that it is drawn in: a heading, a speaker's words, a paragraph.
// `lines` are the document's segments; a block names its speaker only where that is not who spoke before it.
export function blocks({ text, start }, lines, speaker = null) {
  const end = start + codePoints(text)
  const inside = lines.filter((line) => line.start >= start && line.start < end)
  const first = inside.filter((line, index) => isNew(line, inside[index - 1]))
  if (first.length < 2 && !first[0]?.speaker && first[0]?.type !== "heading") return text ? [{ text, start }] : []
  return first.map((line, index) => {
    const before = index ? first[index - 1].speaker : speaker
    return {
      text: cut(text, line.start - start, (first[index + 1]?.start ?? end) - start).trimEnd(),
      start: line.start,
      isHeading: line.type === "heading",
      speaker: line.speaker !== before ? line.speaker : null,
    }
  })
}

const isNew = (line, before) => !before || ["type", "speaker", "paragraph"].some((name) => line[name] !== before[name])

function pieces(text, language, first, granularity, isOne) {
  let at = first
  return [...segmenter(language, granularity).segment(text)].flatMap((piece) => {
    const start = at
    at += codePoints(piece.segment)
    return isOne(piece) ? [[start, at]] : []
  })
}

function segmenter(language, granularity) {
  try {
    return new Intl.Segmenter(language || undefined, { granularity })
  } catch { // a document may name its language as it likes
    return new Intl.Segmenter(undefined, { granularity })
  }
}
