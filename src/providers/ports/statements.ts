/** How money is recognized that arrives on an account of ours, with nothing but the text that the payer wrote. */
export interface StatementPort {
  /**
   * The references that a text holds, as `providerReference` of payments, each once. They are read exactly, however they are
   * spaced and whether in capitals: what is not a whole reference is none, and nothing is guessed.
   */
  referencesIn(text: string): readonly string[];
}
