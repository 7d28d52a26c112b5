/** The session's token against forged requests: the server gave it to this page's own origin in a cookie. */
export const csrf = (): string => /(?:^|; )giapranh-csrf=([^;]*)/.exec(document.cookie)?.[1] ?? "";
