type Value = string | bigint | null;

/**
 * Array parameters of hot statements, as PostgreSQL reads them. pg would look at each value's type and escape it, whatever
 * it is. A column without any value is null rather than an array of nulls: `unnest` fills it up all the same.
 */
export function arrayOfPlain(values: readonly Value[]): string | null {
  return isEmpty(values) ? null : `{${values.map((value) => value ?? "NULL").join(",")}}`;
}

/** The same for texts of any kind; `arrayOfPlain` is for ids, numbers and the like, which have nothing to escape. */
export function arrayOfTexts(values: readonly (string | null)[]): string | null {
  return isEmpty(values) ? null : `{${values.map((value) => (value === null ? "NULL" : quoted(value))).join(",")}}`;
}

const isEmpty = (values: readonly Value[]) => values.length > 0 && values.every((value) => value === null);

const quoted = (text: string) => `"${text.replace(/\\/g, "\\\\").replace(/"/g, '\\"')}"`;
