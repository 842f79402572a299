import { formatDecimal } from "../../../../core/money.js";

/** Whose statement it is, and over which time. */
export interface StatementHead {
  readonly walletId: string;
  readonly asset: string;
  readonly scale: number;
  readonly from: Date;
  readonly to: Date;
  readonly opening: bigint;
  readonly closing: bigint;
  /** A name that the same request has again. */
  readonly name: string;
}

export interface StatementEntry {
  readonly id: string;
  readonly type: string;
  readonly amount: bigint;
  readonly reference: string | null;
  readonly description: string | null;
  readonly effectiveAt: Date;
  readonly createdAt: Date;
}

/** Text between tags: what XML 1.0 cannot hold is left out, and what it takes for markup is escaped. */
export const xmlText = (text: string, max = Number.MAX_SAFE_INTEGER): string =>
  [...text.replace(/\s+/g, " ")]
    // biome-ignore lint/suspicious/noControlCharactersInRegex: these are what is taken out.
    .filter((letter) => !/[\u0000-\u001f\u007f\ufffe\uffff]|[\ud800-\udfff]/.test(letter) || letter.length === 2)
    .slice(0, max)
    .join("")
    .trim()
    .replaceAll("&", "&amp;")
    .replaceAll("<", "&lt;")
    .replaceAll(">", "&gt;");

const unsigned = (amount: bigint): bigint => (amount < 0n ? -amount : amount);

/** `20260131093000.000[0:GMT]` */
const ofxTime = (at: Date): string => `${at.toISOString().replace(/[-:T]/g, "").slice(0, 18)}[0:GMT]`;

// The standard has room for 22 characters, of which an id's last 26 need four more; what is cut off is random.
const OFX_ACCOUNT = 22;

/** OFX 2.1.1 up to the first entry. The time of the server is the window's end: the same request has the same bytes. */
export const ofxHead = ({
  walletId,
  asset,
  from,
  to,
}: StatementHead): string => `<?xml version="1.0" encoding="UTF-8" standalone="no"?>
<?OFX OFXHEADER="200" VERSION="211" SECURITY="NONE" OLDFILEUID="NONE" NEWFILEUID="NONE"?>
<OFX>
<SIGNONMSGSRSV1><SONRS><STATUS><CODE>0</CODE><SEVERITY>INFO</SEVERITY></STATUS><DTSERVER>${ofxTime(to)}</DTSERVER><LANGUAGE>ENG</LANGUAGE></SONRS></SIGNONMSGSRSV1>
<BANKMSGSRSV1><STMTTRNRS><TRNUID>0</TRNUID><STATUS><CODE>0</CODE><SEVERITY>INFO</SEVERITY></STATUS>
<STMTRS><CURDEF>${asset}</CURDEF><BANKACCTFROM><BANKID>COFFER</BANKID><ACCTID>${walletId.slice(4, 4 + OFX_ACCOUNT)}</ACCTID><ACCTTYPE>CHECKING</ACCTTYPE></BANKACCTFROM>
<BANKTRANLIST><DTSTART>${ofxTime(from)}</DTSTART><DTEND>${ofxTime(to)}</DTEND>
`;

export function ofxEntry(
  { scale }: StatementHead,
  { id, type, amount, description, reference, createdAt }: StatementEntry,
): string {
  const memo = xmlText([description, reference].filter((each) => each !== null).join(" / "), 255);
  return `<STMTTRN><TRNTYPE>${amount < 0n ? "DEBIT" : "CREDIT"}</TRNTYPE><DTPOSTED>${ofxTime(createdAt)}</DTPOSTED><TRNAMT>${formatDecimal(amount, scale)}</TRNAMT><FITID>${id}</FITID><NAME>${xmlText(type, 32)}</NAME>${memo === "" ? "" : `<MEMO>${memo}</MEMO>`}</STMTTRN>\n`;
}

export const ofxTail = ({ closing, scale, to }: StatementHead): string => `</BANKTRANLIST>
<LEDGERBAL><BALAMT>${formatDecimal(closing, scale)}</BALAMT><DTASOF>${ofxTime(to)}</DTASOF></LEDGERBAL>
</STMTRS></STMTTRNRS></BANKMSGSRSV1>
</OFX>
`;

const side = (amount: bigint): string => (amount < 0n ? "DBIT" : "CRDT");

function camtBalance(code: "OPBD" | "CLBD", amount: bigint, at: Date, { asset, scale }: StatementHead): string {
  return `<Bal><Tp><CdOrPrtry><Cd>${code}</Cd></CdOrPrtry></Tp><Amt Ccy="${asset}">${formatDecimal(unsigned(amount), scale)}</Amt><CdtDbtInd>${side(amount)}</CdtDbtInd><Dt><DtTm>${at.toISOString()}</DtTm></Dt></Bal>\n`;
}

/** camt.053.001.08 up to the first entry. Its time of creation is the window's end: the same request has the same bytes. */
export const camtHead = (head: StatementHead): string => `<?xml version="1.0" encoding="UTF-8"?>
<Document xmlns="urn:iso:std:iso:20022:tech:xsd:camt.053.001.08"><BkToCstmrStmt>
<GrpHdr><MsgId>${head.name}</MsgId><CreDtTm>${head.to.toISOString()}</CreDtTm></GrpHdr>
<Stmt><Id>${head.name}</Id><CreDtTm>${head.to.toISOString()}</CreDtTm><FrToDt><FrDtTm>${head.from.toISOString()}</FrDtTm><ToDtTm>${head.to.toISOString()}</ToDtTm></FrToDt>
<Acct><Id><Othr><Id>${head.walletId}</Id></Othr></Id><Ccy>${head.asset}</Ccy></Acct>
${camtBalance("OPBD", head.opening, head.from, head)}${camtBalance("CLBD", head.closing, head.to, head)}`;

export function camtEntry({ asset, scale }: StatementHead, entry: StatementEntry): string {
  const { id, type, amount, reference, description, effectiveAt, createdAt } = entry;
  const words = xmlText(description ?? "", 140);
  const ours = xmlText(reference ?? "", 35);
  return `<Ntry><NtryRef>${id}</NtryRef><Amt Ccy="${asset}">${formatDecimal(unsigned(amount), scale)}</Amt><CdtDbtInd>${side(amount)}</CdtDbtInd><Sts><Cd>BOOK</Cd></Sts><BookgDt><DtTm>${createdAt.toISOString()}</DtTm></BookgDt><ValDt><DtTm>${effectiveAt.toISOString()}</DtTm></ValDt><BkTxCd><Prtry><Cd>${xmlText(type, 35)}</Cd></Prtry></BkTxCd><NtryDtls><TxDtls><Refs><EndToEndId>${ours === "" ? "NOTPROVIDED" : ours}</EndToEndId><TxId>${id}</TxId></Refs>${words === "" ? "" : `<RmtInf><Ustrd>${words}</Ustrd></RmtInf>`}</TxDtls></NtryDtls></Ntry>\n`;
}

export const camtTail = (): string => `</Stmt>
</BkToCstmrStmt></Document>
`;
