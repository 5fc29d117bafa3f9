/*
 * Letters that common fonts draw like a Latin letter or digit. This is a small part of the table of Unicode's TS 39:
 * the pairs that stand within one name are already ruled out by the one-script rule (user-name.ts), so what is left
 * to catch are whole names, for example a Cyrillic "сор" beside a Latin "cop".
 */
const DRAWN_LIKE: Readonly<Record<string, string>> = {
  // one Latin name beside another
  I: "l",
  "1": "l",
  "0": "o",
  ı: "i",
  // Cyrillic
  ...pairs("авекмнорстухіјѕԁһԛԝ", "aвekмнopcтyxijsdhqw"),
  ...pairs("АВЕЅІЈКМНОРСТУХ", "abesljkmhopctyx"),
  // Greek
  ...pairs("αινορυ", "aivopu"),
  ...pairs("ΑΒΕΖΗΙΚΜΝΟΡΤΥΧ", "abezhlkmnoptyx"),
  // Armenian
  ...pairs("օսհոց", "ouhng"),
};

function pairs(from: string, to: string): Record<string, string> {
  const targets = [...to];
  return Object.fromEntries([...from].map((letter, index) => [letter, targets[index] ?? letter]));
}

/** The name with case and compatibility forms folded: `ADMIN` and `admin` have the same. */
const caseKey = (name: string) => name.normalize("NFKC").toUpperCase().toLowerCase();

/** The name as the eye takes it in: `paypa1`, `paypaI` and `paypal` have the same. */
const shapeKey = (name: string) =>
  [...name.normalize("NFKC")]
    .map((letter) => DRAWN_LIKE[letter] ?? letter)
    .join("")
    .toLowerCase()
    .replaceAll("rn", "m")
    .replaceAll("vv", "w");

/**
 * Keys of a canonical name. Two names that share a key differ only in case or look alike, and are never both users.
 */
export const lookAlikeKeys = (name: string): readonly string[] => [
  `case ${caseKey(name)}`,
  `shape ${shapeKey(name)}`,
];
