//! What every page has: a header to move about, a footer that says what it is, styles for screen and A4.

use maud::{DOCTYPE, Markup, PreEscaped, html};

use super::words::say;
use crate::domain::{Lang, today_in_vietnam};
use crate::service::Service;

const STYLE: &str = include_str!("page.css");

/// The pages of the header, by address.
const PAGES: [(&str, &str, &str); 9] = [
    ("/", "Bản đồ", "Map"),
    ("/incidents", "Vụ việc", "Incidents"),
    ("/disputes", "Tranh chấp", "Disputes"),
    ("/agreements", "Thỏa thuận", "Agreements"),
    ("/slivers", "Bản đồ khác nhau", "Map differences"),
    ("/roles", "Cơ quan", "Bodies"),
    ("/reforms", "Sắp xếp đơn vị", "Reforms"),
    ("/api/docs", "API", "API"),
    ("/account", "Tài khoản", "Account"),
];

pub fn page(service: &Service, lang: Lang, title: &str, body: Markup) -> String {
    let tag = say(lang, "vi", "en");
    let other = say(lang, "en", "vi");
    let markup = html! {
        (DOCTYPE)
        html lang=(tag) {
            head {
                meta charset="utf-8";
                meta name="viewport" content="width=device-width, initial-scale=1";
                link rel="icon" href="/favicon.svg" type="image/svg+xml";
                title { (title) " – giapranh" }
                style { (PreEscaped(STYLE)) }
                script src="/pages.js" defer {}
            }
            body {
                header.site {
                    nav aria-label=(say(lang, "Các trang", "Pages")) {
                        a.name href="/" { "giapranh" }
                        @for (address, vi, en) in PAGES {
                            a href={ (address) "?lang=" (tag) } { (say(lang, vi, en)) }
                        }
                        a.lang href={ "?lang=" (other) } hreflang=(other) lang=(other) { (say(lang, "English", "Tiếng Việt")) }
                    }
                }
                main {
                    @if service.is_indicative() {
                        p.indicative role="note" {
                            (say(lang,
                                "Ranh giới chỉ dẫn, không phải bản đồ đã công bố: không dùng để kết luận.",
                                "Indicative boundaries, not a published map: not for conclusions."))
                        }
                    }
                    (body)
                }
                footer {
                    p {
                        (say(lang, "Lập ngày ", "Made on ")) (super::words::date(today_in_vietnam(), lang)) ". "
                        (say(lang,
                            "Ranh giới để tham khảo; căn cứ pháp lý là văn bản gốc. Trình bày các bên theo thứ tự trong hồ sơ, không hàm ý bên nào đúng.",
                            "Boundaries for reference; the legal act is the authority. Parties stand in the order of the record, which says nothing about who is right."))
                    }
                    p {
                        @for d in service.datasets() {
                            (d.title.get(lang)) ": " (d.attribution) ". "
                        }
                    }
                }
            }
        }
    };
    markup.into_string()
}
