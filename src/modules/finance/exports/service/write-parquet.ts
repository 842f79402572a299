import { encodeId } from "../../../../core/ids.js";
import type { Column, SourceRow } from "../rules/columns.js";
import type { Spool } from "./spool.js";
import type { TableWriter } from "./table-writer.js";

/**
 * Rows of a group. A group is put together in memory and in one go, during which the process answers nobody: this many take about a
 * second at most.
 */
const GROUP_ROWS = 10_000;

/** A column as the file declares it: amounts are minor units, times milliseconds. */
function declare({ name, is }: Column) {
  const base = { repetition_type: "OPTIONAL" as const };
  if (is === "amount") return { ...base, name: `${name}_minor`, type: "INT64" as const };
  if (is === "integer") return { ...base, name, type: "INT32" as const };
  if (is === "time") return { ...base, name, type: "INT64" as const, converted_type: "TIMESTAMP_MILLIS" as const };
  return { ...base, name, type: "BYTE_ARRAY" as const, converted_type: "UTF8" as const };
}

function storedValue(column: Column, row: SourceRow): unknown {
  const value = row[column.name];
  if (value === null || value === undefined) return null;
  if (column.is === "id") return encodeId(column.prefix, String(value));
  return column.is === "text" || column.is === "word" ? String(value) : value;
}

/** Writes a table as Parquet, a group of rows at a time. */
export async function parquetTable(columns: readonly Column[], spool: Spool): Promise<TableWriter> {
  // Loaded when it is needed: no other format needs it.
  const { ByteWriter, ParquetWriter } = await import("hyparquet-writer");
  const declared = columns.map(declare);
  const bytes = new ByteWriter();
  const schema = [{ name: "root", num_children: declared.length }, ...declared];
  const writer = new ParquetWriter({ writer: bytes, schema, createdBy: "coffer" });
  let group: SourceRow[] = [];
  const pass = async () => {
    await spool.write(bytes.getBytes());
    bytes.index = 0;
  };
  const writeGroup = async () => {
    const columnData = columns.map((column, index) => ({
      name: declared[index]?.name ?? "",
      data: group.map((row) => storedValue(column, row)),
      offsetIndex: false,
    }));
    const rowGroupSize = group.length;
    group = [];
    await writer.write({ columnData, rowGroupSize });
    await pass();
  };
  return {
    write: async (rows) => {
      group.push(...rows);
      if (group.length >= GROUP_ROWS) await writeGroup();
    },
    end: async () => {
      if (group.length > 0) await writeGroup();
      await writer.finish();
      await pass();
    },
  };
}
