export { paymentRoutes } from "./payments.js";
