/** A span of whole days or months as ISO 8601 writes it: `P30D`, `P12M`. */
export const DURATION = /^P([1-9]\d{0,3})([DM])$/;

/**
 * The moment so much later. Months end on the last day where the month is too short: a month after the 31st of January is the 28th
 * or 29th of February. UTC. Throws a RangeError on what is no such span.
 */
export function addDuration(from: Date, duration: string): Date {
  const match = DURATION.exec(duration);
  if (!match) throw new RangeError(`not a duration of days or months: ${duration.slice(0, 40)}`);
  const count = Number(match[1]);
  const date = new Date(from);
  if (match[2] === "D") {
    date.setUTCDate(date.getUTCDate() + count);
    return date;
  }
  const day = date.getUTCDate();
  date.setUTCDate(1);
  date.setUTCMonth(date.getUTCMonth() + count);
  const daysInMonth = new Date(Date.UTC(date.getUTCFullYear(), date.getUTCMonth() + 1, 0)).getUTCDate();
  date.setUTCDate(Math.min(day, daysInMonth));
  return date;
}
