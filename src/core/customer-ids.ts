/**
 * What a customer's id may be: the caller's own user id, `auth0|5f7c8ec7` and e-mail addresses included. It is a segment of paths,
 * so not `.` or `..`, which URL parsers take away.
 */
export const CUSTOMER_ID = /^(?!\.{1,2}$)[A-Za-z0-9_.:@|+-]{1,128}$/;
