/** The text form of a uuid in TypeIDs (https://github.com/jetify-com/typeid/tree/main/spec): 26 digits of Crockford's base 32. */
const DIGITS = "0123456789abcdefghjkmnpqrstvwxyz";
const HEX = "0123456789abcdef";
const LENGTH = 26;
const UUID_LENGTH = 36;

const valuesOf = (digits: string) => {
  const values = new Int8Array(128).fill(-1);
  for (let value = 0; value < digits.length; value += 1) values[digits.charCodeAt(value)] = value;
  return values;
};
const DIGIT_VALUES = valuesOf(DIGITS);
const HEX_VALUES = valuesOf(HEX);
for (const letter of "ABCDEF") HEX_VALUES[letter.charCodeAt(0)] = Number.parseInt(letter, 16);

/** Writes a uuid's 128 bits, after two zero bits, in groups of five. Throws a RangeError on anything that is no uuid. */
export function encodeBase32(uuid: string): string {
  let text = "";
  let held = 0;
  let bits = 2;
  for (let place = 0; place < uuid.length; place += 1) {
    if (isDash(place) && uuid[place] === "-") continue;
    const value = HEX_VALUES[uuid.charCodeAt(place)] ?? -1;
    if (value < 0) throw new RangeError("not a uuid");
    held = (held << 4) | value;
    bits += 4;
    if (bits < 5) continue;
    bits -= 5;
    text += DIGITS[held >> bits];
    held &= (1 << bits) - 1;
  }
  if (uuid.length !== UUID_LENGTH || text.length !== LENGTH) throw new RangeError("not a uuid");
  return text;
}

/** Reads it back; undefined when the text is anything else, also one that says the same in another way. */
export function decodeBase32(text: string): string | undefined {
  let held = DIGIT_VALUES[text.charCodeAt(0)] ?? -1;
  // The first digit has three bits: seven is the highest.
  if (text.length !== LENGTH || held < 0 || held > 7) return undefined;
  let uuid = "";
  let bits = 3;
  for (let place = 1; place < LENGTH; place += 1) {
    const value = DIGIT_VALUES[text.charCodeAt(place)] ?? -1;
    if (value < 0) return undefined;
    held = (held << 5) | value;
    bits += 5;
    while (bits >= 4) {
      bits -= 4;
      if (isDash(uuid.length)) uuid += "-";
      uuid += HEX[held >> bits];
      held &= (1 << bits) - 1;
    }
  }
  return uuid;
}

const isDash = (place: number) => place === 8 || place === 13 || place === 18 || place === 23;
