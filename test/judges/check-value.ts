import ts from "typescript";

/** Where a value departs from its type, e.g. `charge.fee_details[0].amount: missing`. */
export type Fault = string;

interface Member {
  readonly name: string;
  readonly type: ts.Type;
  readonly isOptional: boolean;
}

interface Shape {
  readonly members: ReadonlyMap<string, Member>;
  readonly rest: ts.Type | undefined;
}

/**
 * Compares values with TypeScript types. A form carries only texts, so `isForm` reads `"12"` as a number, `"true"` as a boolean
 * and `""` as null. What a type declares beyond its provider's documentation (methods of the SDK) is not asked of a value.
 */
export class ValueCheck {
  readonly #checker: ts.TypeChecker;
  readonly #isForm: boolean;
  readonly #shapes = new Map<ts.Type, Shape>();

  constructor(checker: ts.TypeChecker, options: { isForm: boolean }) {
    this.#checker = checker;
    this.#isForm = options.isForm;
  }

  /** Everything that is wrong about `value`; nothing when it is of the type. */
  check(value: unknown, type: ts.Type, path: string): Fault[] {
    if (type.flags & (ts.TypeFlags.Any | ts.TypeFlags.Unknown)) return [];
    if (type.isUnion()) return this.#checkUnion(value, type, path);
    if (type.flags & ts.TypeFlags.Object) return this.#checkObject(value, type, path);
    if (type.isIntersection()) return this.#checkIntersection(value, type, path);
    return this.#isPlain(value, type) ? [] : [`${path}: ${show(value)} is no ${this.#checker.typeToString(type)}`];
  }

  #checkUnion(value: unknown, type: ts.UnionType, path: string): Fault[] {
    let fewest: Fault[] | undefined;
    for (const member of type.types) {
      const isAlike = typeof value === "object" && value !== null ? isStructure(member) : !isStructure(member);
      if (!isAlike && !this.#isDecimal(member)) continue;
      const faults = this.check(value, member, path);
      if (faults.length === 0) return [];
      if (fewest === undefined || faults.length < fewest.length) fewest = faults;
    }
    if (typeof value === "object" && value !== null && fewest) return fewest;
    return [`${path}: ${show(value)} is no ${this.#checker.typeToString(type).slice(0, 120)}`];
  }

  // `string & {}` says that an enum is open; everything else that is one is a structure of several parts.
  #checkIntersection(value: unknown, type: ts.IntersectionType, path: string): Fault[] {
    if (type.types.some((part) => part.flags & ts.TypeFlags.StringLike)) {
      return typeof value === "string" ? [] : [`${path}: ${show(value)} is no string`];
    }
    return this.#checkObject(value, type, path);
  }

  #checkObject(value: unknown, type: ts.Type, path: string): Fault[] {
    if (this.#isDecimal(type)) return typeof value === "string" ? [] : [`${path}: ${show(value)} is no decimal`];
    if (this.#checker.isArrayType(type)) {
      const [element] = this.#checker.getTypeArguments(type as ts.TypeReference);
      if (!Array.isArray(value) || !element) return [`${path}: ${show(value)} is no list`];
      return value.flatMap((item, index) => this.check(item, element, `${path}[${index}]`));
    }
    if (typeof value !== "object" || value === null || Array.isArray(value))
      return [`${path}: ${show(value)} is no object`];
    const { members, rest } = this.#shapeOf(type);
    const given = value as Record<string, unknown>;
    const faults: Fault[] = [];
    for (const { name, type: wanted, isOptional } of members.values()) {
      const member = given[name];
      if (member !== undefined) faults.push(...this.check(member, wanted, `${path}.${name}`));
      else if (!isOptional && !this.#mayBeNull(wanted)) faults.push(`${path}.${name}: missing`);
    }
    for (const [name, member] of Object.entries(given)) {
      if (members.has(name)) continue;
      if (rest) faults.push(...this.check(member, rest, `${path}.${name}`));
      else faults.push(`${path}.${name}: unknown`);
    }
    return faults;
  }

  #shapeOf(type: ts.Type): Shape {
    const known = this.#shapes.get(type);
    if (known) return known;
    const members = this.#checker.getPropertiesOfType(type).flatMap((symbol): Member[] => {
      // What the SDK adds to a reply.
      if (symbol.name === "lastResponse" || symbol.flags & ts.SymbolFlags.Method) return [];
      const declared = this.#checker.getTypeOfSymbol(symbol);
      const isOptional = Boolean(symbol.flags & ts.SymbolFlags.Optional);
      return [{ name: symbol.name, type: declared, isOptional }];
    });
    const shape = {
      members: new Map(members.map((member) => [member.name, member])),
      rest: this.#checker.getIndexTypeOfType(type, ts.IndexKind.String),
    };
    this.#shapes.set(type, shape);
    return shape;
  }

  // The provider writes null where there is nothing; a reader that takes null takes nothing, too.
  #mayBeNull(type: ts.Type): boolean {
    return this.#checker.getNonNullableType(type) !== type;
  }

  #isDecimal(type: ts.Type): boolean {
    return type.symbol?.name === "Decimal";
  }

  #isPlain(value: unknown, type: ts.Type): boolean {
    const { flags } = type;
    if (flags & ts.TypeFlags.Null) return value === null || (this.#isForm && value === "");
    if (type.isStringLiteral()) return value === type.value;
    if (flags & ts.TypeFlags.StringLike) return typeof value === "string";
    if (type.isNumberLiteral()) return this.#number(value) === type.value;
    if (flags & ts.TypeFlags.NumberLike) return this.#number(value) !== undefined;
    if (flags & ts.TypeFlags.BooleanLiteral)
      return String(value) === this.#checker.typeToString(type) && this.#isBoolean(value);
    if (flags & ts.TypeFlags.BooleanLike) return this.#isBoolean(value);
    return value === undefined && Boolean(flags & ts.TypeFlags.Undefined);
  }

  #number(value: unknown): number | undefined {
    if (this.#isForm) return typeof value === "string" && /^-?\d+(\.\d+)?$/.test(value) ? Number(value) : undefined;
    return typeof value === "number" ? value : undefined;
  }

  #isBoolean(value: unknown): boolean {
    return this.#isForm ? value === "true" || value === "false" : typeof value === "boolean";
  }
}

const isStructure = (type: ts.Type): boolean =>
  Boolean(type.flags & (ts.TypeFlags.Object | ts.TypeFlags.Any | ts.TypeFlags.Unknown)) ||
  (type.isIntersection() && !type.types.some((part) => part.flags & ts.TypeFlags.StringLike));

const show = (value: unknown): string => JSON.stringify(value)?.slice(0, 80) ?? String(value);
