export { app as default } from "../../tsup.base.ts";
