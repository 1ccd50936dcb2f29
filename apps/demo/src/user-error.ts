/** Something that the user can set right: its message is shown without a stack, and the program ends with the exit code 2. */
export class UserError extends Error {
  override readonly name = "UserError";
}
