//! Signing in, one's own account, the accounts.

use maud::{Markup, html};

use super::layout::page;
use super::words::say;
use crate::domain::{Lang, USER_ROLES, UserRole, Who};
use crate::service::Service;
use crate::service::people::{Account, MIN_PASSWORD, Token, TokenScope};

fn field(label: &str, control: Markup) -> Markup {
    html! { label { (label) (control) } }
}

fn button(lang: Lang, vi: &str, en: &str) -> Markup {
    html! { div.full { button.main { (say(lang, vi, en)) } } p.said role="status" {} }
}

/// The form to sign in. `next` is a path of this server to go to afterwards.
pub fn sign_in(service: &Service, next: &str, lang: Lang) -> String {
    let title = say(lang, "Đăng nhập", "Sign in");
    let body = html! {
        h1 { (title) }
        form data-post="/api/session" data-go=(next) {
            (field(say(lang, "Tên", "Name"), html! { input name="name" required autocomplete="username" autofocus; }))
            (field(say(lang, "Mật khẩu", "Password"), html! { input type="password" name="password" required autocomplete="current-password"; }))
            (button(lang, "Đăng nhập", "Sign in"))
        }
        p { (say(lang,
            "Chưa có tài khoản, hoặc quên mật khẩu: hãy xin quản trị một liên kết.",
            "No account yet, or the password forgotten: ask an administrator for a link.")) }
    };
    page(service, lang, title, body)
}

/// The form behind a one-time link.
pub fn setup(service: &Service, link: &str, first: bool, lang: Lang) -> String {
    let title = if first {
        say(lang, "Tạo quản trị đầu tiên", "Make the first administrator")
    } else {
        say(lang, "Đặt mật khẩu", "Set a password")
    };
    let body = html! {
        h1 { (title) }
        form data-post="/api/setup" data-go={ "/signin?lang=" (say(lang, "vi", "en")) } {
            input type="hidden" name="link" value=(link);
            @if first {
                (field(say(lang, "Tên tài khoản", "Name of the account"), html! { input name="name" required maxlength="64" autocomplete="username"; }))
            }
            (field(say(lang, "Mật khẩu mới", "New password"), html! { input type="password" name="password" required minlength=(MIN_PASSWORD) autocomplete="new-password"; }))
            p { (say(lang, "Ít nhất ", "At least ")) (MIN_PASSWORD) (say(lang, " ký tự.", " characters.")) }
            (button(lang, "Ghi", "Set"))
        }
    };
    page(service, lang, title, body)
}

/// One's own account: password, tokens, the way out.
pub fn account(service: &Service, who: &Who, tokens: &[Token], lang: Lang) -> String {
    let title = say(lang, "Tài khoản", "Account");
    let unit = who.unit.as_ref().map(|u| service.unit_of(u, crate::domain::today_in_vietnam()).name);
    let body = html! {
        h1 { (who.name) }
        p { (who.role.name().get(lang)) @if let Some(unit) = unit { " · " (unit) } }
        form data-post="/api/session" data-method="DELETE" data-go={ "/?lang=" (say(lang, "vi", "en")) } {
            (button(lang, "Đăng xuất", "Sign out"))
        }
        h2 { (say(lang, "Mã truy cập", "Tokens")) }
        p { (say(lang,
            "Cho chương trình và QGIS: gửi Authorization: Bearer <mã>. Mã chỉ hiện một lần.",
            "For scripts and QGIS: send Authorization: Bearer <token>. A token is shown once.")) }
        @if !tokens.is_empty() {
            table {
                thead { tr {
                    th { (say(lang, "Nhãn", "Label")) } th { (say(lang, "Quyền", "May")) }
                    th { (say(lang, "Tạo lúc", "Made")) } th { (say(lang, "Dùng lúc", "Used")) } th {}
                } }
                tbody { @for t in tokens { tr {
                    td { (t.label) }
                    td { (match t.scope { TokenScope::Read => say(lang, "đọc", "read"), TokenScope::Write => say(lang, "đọc, ghi", "read, write") }) }
                    td { (moment(t.made_at)) }
                    td { @if let Some(at) = t.used_at { (moment(at)) } @else { "–" } }
                    td { @if t.revoked_at.is_some() { (say(lang, "đã thu hồi", "revoked")) } @else {
                        form data-post={ "/api/me/tokens/" (t.id) } data-method="DELETE" { button { (say(lang, "Thu hồi", "Revoke")) } p.said role="status" {} }
                    } }
                } } }
            }
        }
        form data-post="/api/me/tokens" data-show="secret" {
            (field(say(lang, "Nhãn", "Label"), html! { input name="label" maxlength="64"; }))
            (field(say(lang, "Quyền", "May"), html! { select name="scope" {
                option value="read" { (say(lang, "đọc", "read")) } option value="write" { (say(lang, "đọc, ghi", "read, write")) }
            } }))
            (button(lang, "Tạo mã", "Make a token"))
        }
        h2 { (say(lang, "Đổi mật khẩu", "Change the password")) }
        form data-post="/api/me/password" data-go={ "/signin?lang=" (say(lang, "vi", "en")) } {
            (field(say(lang, "Mật khẩu cũ", "Old password"), html! { input type="password" name="old" required autocomplete="current-password"; }))
            (field(say(lang, "Mật khẩu mới", "New password"), html! { input type="password" name="new" required minlength=(MIN_PASSWORD) autocomplete="new-password"; }))
            (button(lang, "Đổi", "Change"))
        }
        @if who.role == UserRole::Admin { p { a href={ "/users?lang=" (say(lang, "vi", "en")) } { (say(lang, "Mọi tài khoản", "Every account")) } } }
    };
    page(service, lang, title, body)
}

/// Every account, for administrators.
pub fn users(service: &Service, users: &[Account], lang: Lang) -> String {
    let title = say(lang, "Tài khoản", "Accounts");
    let today = crate::domain::today_in_vietnam();
    let body = html! {
        h1 { (title) }
        table {
            thead { tr { th { (say(lang, "Tên", "Name")) } th { (say(lang, "Vai trò", "Role")) } th { (say(lang, "Đơn vị", "Unit")) } th {} th {} } }
            tbody { @for u in users { tr {
                td { (u.name) }
                td { (u.role.name().get(lang)) }
                td { @if let Some(unit) = &u.unit { (service.unit_of(unit, today).name) " (" (unit.code) ")" } @else { "–" } }
                td { form data-post={ "/api/users/" (path_part(&u.name)) } data-method="PATCH" {
                    input type="hidden" name="disabled" value=(if u.disabled { "false" } else { "true" }) data-bool="";
                    button { (if u.disabled { say(lang, "Mở lại", "Enable") } else { say(lang, "Khóa", "Disable") }) } p.said role="status" {}
                } }
                td { form data-post={ "/api/users/" (path_part(&u.name)) "/link" } data-show="link" {
                    button { (say(lang, "Liên kết mật khẩu", "Password link")) } p.said role="status" {}
                } }
            } } }
        }
        h2 { (say(lang, "Tạo tài khoản", "Make an account")) }
        form data-post="/api/users" data-show="link" {
            (field(say(lang, "Tên", "Name"), html! { input name="name" required maxlength="64"; }))
            (field(say(lang, "Vai trò", "Role"), html! { select name="role" { @for (role, word, ..) in USER_ROLES { option value=(word) { (role.name().get(lang)) } } } }))
            (field(say(lang, "Mã đơn vị", "Code of the unit"), html! { input name="unit" inputmode="numeric"; }))
            (button(lang, "Tạo", "Make"))
        }
    };
    page(service, lang, title, body)
}

/// 23/11/2026 08:30, Vietnam's time.
pub fn moment(at: jiff::Timestamp) -> String {
    at.to_zoned(crate::domain::vietnam()).strftime("%d/%m/%Y %H:%M").to_string()
}

/// A name as one part of a path.
fn path_part(name: &str) -> String {
    name.bytes()
        .map(|b| match b {
            b'a'..=b'z' | b'A'..=b'Z' | b'0'..=b'9' | b'-' | b'_' | b'.' | b'~' => char::from(b).to_string(),
            _ => format!("%{b:02X}"),
        })
        .collect()
}
