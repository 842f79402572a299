export type ProviderName = "stripe" | "coinbase" | "blockradar";
export type PaymentProviderName = "stripe" | "coinbase";
