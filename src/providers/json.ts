export { parseStorableJson as parseProviderJson } from "../core/storable-json.js";
