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

// [start, end] of each word, in code points from `first`.
export function words(text, language, first = 0) {
  let at = first
  return [...wordSegmenter(language).segment(text)].flatMap(({ segment, isWordLike }) => {
    const start = at
    at += codePoints(segment)
    return isWordLike ? [[start, at]] : []
  })
}

// Without white space at either end; null if nothing else is there.
export function trimmed([start, end], text) {
  const characters = [...text]
  let from = 0, to = characters.length
  while (from < to && !characters[from].trim()) from += 1
  while (from < to && !characters[to - 1].trim()) to -= 1
  return from < to ? [start + from, end - (characters.length - to)] : null
}

function wordSegmenter(language) {
  try {
    return new Intl.Segmenter(language || undefined, { granularity: "word" })
  } catch { // a document may name its language as it likes
    return new Intl.Segmenter(undefined, { granularity: "word" })
  }
}
