/**
 * ISO 4217 minor-unit exponents. A static table on purpose: `Intl` reports CLDR's cash digits, which differ from ISO for
 * live currencies (HUF, IDR, COP, PKR ... are 0 there), and it changes with the ICU build of the Node that runs us.
 */
const CODES_BY_EXPONENT: Readonly<Record<number, string>> = {
  0: "BIF CLP DJF GNF ISK JPY KMF KRW PYG RWF UGX UYI VND VUV XAF XOF XPF",
  // BGN was withdrawn on 2026-01-01 in favour of EUR; it stays so that amounts booked before can still be written.
  2: `AED AFN ALL AMD AOA ARS AUD AWG AZN BAM BBD BDT BGN BMD BND BOB BOV BRL BSD BTN BWP BYN BZD CAD CDF CHE CHF CHW
    CNY COP COU CRC CUP CVE CZK DKK DOP DZD EGP ERN ETB EUR FJD FKP GBP GEL GHS GIP GMD GTQ GYD HKD HNL HTG HUF IDR ILS
    INR IRR JMD KES KGS KHR KPW KYD KZT LAK LBP LKR LRD LSL MAD MDL MGA MKD MMK MNT MOP MRU MUR MVR MWK MXN MXV MYR MZN
    NAD NGN NIO NOK NPR NZD PAB PEN PGK PHP PKR PLN QAR RON RSD RUB SAR SBD SCR SDG SEK SGD SHP SLE SOS SRD SSP STN SVC
    SYP SZL THB TJS TMT TOP TRY TTD TWD TZS UAH USD USN UYU UZS VED VES WST XAD XCD XCG YER ZAR ZMW ZWG`,
  3: "BHD IQD JOD KWD LYD OMR TND",
  4: "CLF UYW",
};

const DOLLAR_COINS: ReadonlySet<string> = new Set(
  "BUSD DAI FDUSD GUSD PYUSD RLUSD TUSD USDC USDG USDP USDS USDT".split(" "),
);

/** Whether a stablecoin stands for the US dollar. A list on purpose: EURC and CNGN are stablecoins too. */
export const isDollarCoin = (code: string): boolean => DOLLAR_COINS.has(code);

const EXPONENTS: ReadonlyMap<string, number> = new Map(
  Object.entries(CODES_BY_EXPONENT).flatMap(([exponent, codes]) =>
    codes.split(/\s+/).map((code) => [code, Number(exponent)] as const),
  ),
);

/**
 * How many fraction digits a currency's minor unit has (USD 2, JPY 0, KWD 3), or undefined for a code that is not an
 * active ISO 4217 currency. Codes are upper case: `usd` is not a currency here, so that one asset has one name.
 */
export function currencyExponent(code: string): number | undefined {
  return EXPONENTS.get(code);
}
