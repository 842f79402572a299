export { createInstallation } from "./service.js";
