// Where a time is in a transcript, and which phrases are asked for.

// Whether a phrase has the text, in any case, and the emotion; an empty one of them asks for all.
export function fits({ words, role, emotion }, query, wanted) {
  const text = `${role} ${words.map((word) => word.text).join(" ")}`.toLowerCase();
  return (!wanted || emotion === wanted) && text.includes(query.trim().toLowerCase());
}

// Numbers of the phrase and the word that are said at a time; null where nobody speaks. Of two at once the later one.
export function placeAt(phrases, time_s) {
  for (let phrase = phrases.length - 1; phrase >= 0; phrase -= 1) {
    const { words, start_s, end_s } = phrases[phrase];
    if (time_s < start_s || time_s >= end_s) continue;
    for (let word = words.length - 1; word >= 0; word -= 1) if (words[word].start_s <= time_s) return { phrase, word };
  }
  return null;
}
