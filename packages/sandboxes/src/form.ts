export type FormValue = string | FormValue[] | FormObject;
export interface FormObject {
  [name: string]: FormValue;
}

const NAME_PARTS = /^([^[\]]+)((?:\[[^[\]]*\])*)$/;

/** A name such as `line_items[0][price_data][currency]` as its parts; undefined when it is not well formed. */
function partsOf(name: string): string[] | undefined {
  const match = NAME_PARTS.exec(name);
  if (!match) return undefined;
  const [, head = "", tail = ""] = match;
  return [head, ...[...tail.matchAll(/\[([^[\]]*)\]/g)].map(([, part = ""]) => part)];
}

function isObject(value: FormValue | undefined): value is FormObject {
  return typeof value === "object" && !Array.isArray(value);
}

/** Objects whose keys are 0, 1, 2 ... were arrays on the sender's side. */
function withArrays(value: FormValue): FormValue {
  if (!isObject(value)) return value;
  const entries = Object.entries(value).map(([name, member]): [string, FormValue] => [name, withArrays(member)]);
  if (entries.length > 0 && entries.every(([name], index) => name === String(index))) {
    return entries.map(([, member]) => member);
  }
  return Object.assign(Object.create(null), Object.fromEntries(entries));
}

/**
 * Reads `application/x-www-form-urlencoded` text, or a query string, with nested names in brackets.
 * Objects have no prototype, so a field named `__proto__` is only a field. Throws a SyntaxError on a malformed name.
 */
export function parseForm(text: string): FormObject {
  const root: FormObject = Object.create(null);
  for (const [name, value] of new URLSearchParams(text)) {
    const parts = partsOf(name);
    const last = parts?.pop();
    if (!parts || last === undefined) throw new SyntaxError(`malformed parameter name: ${name.slice(0, 80)}`);
    let target = root;
    for (const part of parts) {
      const key = part === "" ? String(Object.keys(target).length) : part;
      const next = target[key];
      if (isObject(next)) target = next;
      else target = target[key] = Object.create(null) as FormObject;
    }
    target[last === "" ? String(Object.keys(target).length) : last] = value;
  }
  for (const [name, value] of Object.entries(root)) root[name] = withArrays(value);
  return root;
}
