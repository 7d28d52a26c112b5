//! The forms of the pages. What they send is the API's own JSON (see `pages.js`).

use maud::{Markup, html};

use super::words::{self, STATUSES, say};
use crate::crs::CrsId;
use crate::domain::{Agreement, Dispute, Lang, MEASURES, ROLES, today_in_vietnam};

fn field(label: &str, control: Markup) -> Markup {
    html! { label { (label) (control) } }
}

fn text(name: &str, required: bool) -> Markup {
    html! { input name=(name) required[required]; }
}

fn day(name: &str) -> Markup {
    html! { input type="date" name=(name) value=(today_in_vietnam()) max=(today_in_vietnam()) required; }
}

/// What it rests on, and the button.
fn end(lang: Lang, button: &str) -> Markup {
    html! {
        (field(say(lang, "Tài liệu: tên", "Document: title"), text("document.title", true)))
        (field(say(lang, "Tài liệu: số", "Document: number"), text("document.number", false)))
        (field(say(lang, "Tài liệu: ngày", "Document: date"), html! { input type="date" name="document.date"; }))
        (field(say(lang, "Tài liệu: địa chỉ", "Document: link"), html! { input type="url" name="document.url"; }))
        (field(say(lang, "Tài liệu: tệp", "Document: file"), html! { input type="file" name="document.file" data-keep=""; }))
        div.full { button.main { (button) } }
        p.said role="status" {}
    }
}

fn statuses(lang: Lang) -> Markup {
    html! { select name="status" { @for (status, word) in STATUSES {
        option value=(word) { (words::status(status).get(lang)) }
    } } }
}

fn crs_choice(lang: Lang) -> Markup {
    html! { select name="crs" {
        option value="" { (say(lang, "như trong tệp, hoặc WGS 84", "as in the file, or WGS 84")) }
        @for crs in CrsId::all() { option value=(crs.code()) { (crs.name().get(lang)) } }
    } }
}

/// Event, claim, withdrawal of one dispute.
pub fn dispute(dispute: &Dispute, lang: Lang) -> Markup {
    let api = format!("/api/disputes/{}", dispute.id);
    html! {
        h2.actions { (say(lang, "Ghi vào hồ sơ", "Enter into the record")) }
        details { summary { (say(lang, "Thêm sự kiện", "Add an event")) }
            form data-post={ (api) "/events" } {
                (field(say(lang, "Ngày", "Date"), day("date")))
                (field(say(lang, "Tình trạng từ ngày đó", "Status from that day"), statuses(lang)))
                label.full { (say(lang, "Việc gì", "What happened")) textarea name="text" rows="2" required {} }
                (end(lang, say(lang, "Ghi", "Enter")))
            }
        }
        details { summary { (say(lang, "Nộp yêu cầu của một bên (tệp GeoJSON)", "File a party's claim (GeoJSON file)")) }
            p { a href={ "/?claim=" (dispute.id) "&lang=" (say(lang, "vi", "en")) } { (say(lang, "Vẽ trên bản đồ", "Draw it on the map")) } }
            form data-post={ (api) "/claims" } {
                (field(say(lang, "Bên", "Party"), html! { select name="party" { @for (i, p) in dispute.parties.iter().enumerate() {
                    option value=(i + 1) { (i + 1) ". " (p.village.clone().unwrap_or_else(|| p.unit.clone())) }
                } } }))
                (field(say(lang, "Đường hoặc vùng (GeoJSON)", "Line or area (GeoJSON)"), html! { input type="file" name="geojson" accept=".geojson,.json" required; }))
                (field(say(lang, "Hệ tọa độ của tệp", "CRS of the file"), crs_choice(lang)))
                (field(say(lang, "Nộp ngày", "Filed on"), day("filed")))
                (field(say(lang, "Tỷ lệ bản đồ 1:", "Map scale 1:"), html! { input type="number" name="scale" min="1" step="1"; }))
                (end(lang, say(lang, "Nộp", "File")))
            }
        }
        @for claim in dispute.claims.iter().filter(|c| c.withdrawn.is_none()) {
            details { summary { (say(lang, "Rút yêu cầu của bên ", "Withdraw the claim of party ")) (claim.party + 1) ", " (words::date(claim.filed, lang)) }
                form data-post={ (api) "/claims/" (claim.id) "/withdrawal" } {
                    (field(say(lang, "Ngày", "Date"), day("date")))
                    (end(lang, say(lang, "Rút", "Withdraw")))
                }
            }
        }
        details { summary { (say(lang, "Sửa hồ sơ từ một ngày", "Amend the record from a day on")) }
            form data-post={ (api) "/amendments" } {
                (field(say(lang, "Từ ngày", "From"), day("date")))
                (field(say(lang, "Tên mới", "New name"), text("name", false)))
                (field(say(lang, "Nửa bề rộng vùng suy ra (m)", "Half-width of the derived zone (m)"), html! { input type="number" name="width_m" min="1" max="10000" step="any"; }))
                label.full { (say(lang, "Ghi chú mới", "New note")) textarea name="note" rows="2" {} }
                (end(lang, say(lang, "Sửa", "Amend")))
            }
        }
    }
}

/// Open a dispute.
pub fn new_dispute(lang: Lang) -> Markup {
    html! {
        details { summary { (say(lang, "Mở hồ sơ tranh chấp mới", "Open a dispute")) }
            form data-post="/api/disputes" data-go={ "/disputes/{id}?lang=" (say(lang, "vi", "en")) } {
                (field(say(lang, "Tên", "Name"), text("name", true)))
                (field(say(lang, "Từ ngày", "Since"), day("date")))
                @for i in 0..2 {
                    (field(&format!("{} {}: {}", say(lang, "Bên", "Party"), i + 1, say(lang, "bản (nếu có)", "village (if any)")), text(&format!("parties.{i}.village"), false)))
                    (field(&format!("{} {}: {}", say(lang, "Bên", "Party"), i + 1, say(lang, "mã xã", "commune code")), text(&format!("parties.{i}.unit"), true)))
                    (field(&format!("{} {}: {}", say(lang, "Bên", "Party"), i + 1, say(lang, "mã xã của ngày", "code as of")), day(&format!("parties.{i}.unit_at"))))
                }
                label.full { (say(lang, "Việc gì", "What it is about")) textarea name="text" rows="2" required {} }
                (end(lang, say(lang, "Mở", "Open")))
            }
        }
    }
}

/// Activity, progress, change of one agreement.
pub fn agreement(agreement: &Agreement, lang: Lang) -> Markup {
    let api = format!("/api/agreements/{}", agreement.id);
    html! {
        h2.actions { (say(lang, "Ghi vào hồ sơ", "Enter into the record")) }
        details { summary { (say(lang, "Thêm hoạt động chung", "Add a joint activity")) }
            form data-post={ (api) "/activities" } data-lists="measure" {
                (field(say(lang, "Tên", "Title"), text("title.vi", true)))
                (field(say(lang, "Tên tiếng Anh", "Title in English"), text("title.en", true)))
                (field(say(lang, "Từ ngày", "From"), html! { input type="date" name="from"; }))
                (field(say(lang, "Trước ngày", "Before"), html! { input type="date" name="to"; }))
                (field(say(lang, "Báo cáo ngày", "Reported on"), day("reported")))
                @for i in 0..3 {
                    (field(&format!("{} {}", say(lang, "Số đo", "Measure"), i + 1), html! { select name={ "measure." (i) ".what" } {
                        @for (word, vi, en, unit) in MEASURES { option value=(word) { (say(lang, vi, en)) @if !unit.is_empty() { " (" (unit) ")" } } }
                    } }))
                    (field(say(lang, "Giá trị", "Value"), html! { input type="number" name={ "measure." (i) ".value" } min="0" step="any" required[i == 0]; }))
                }
                (end(lang, say(lang, "Ghi", "Enter")))
            }
        }
        details { summary { (say(lang, "Ghi việc đã làm về một điều cam kết", "Say what was done about an obligation")) }
            form data-post={ (api) "/progress" } {
                label.full { (say(lang, "Điều", "Obligation")) select name="obligation" data-number="" { @for (i, o) in agreement.obligations.iter().enumerate() {
                    option value=(i) { (i + 1) ". " (o.text.get(lang).chars().take(90).collect::<String>()) }
                } } }
                (field(say(lang, "Ngày", "Date"), day("date")))
                (field(say(lang, "Đã xong", "Done"), html! { input type="checkbox" name="done"; }))
                (field(say(lang, "Việc đã làm", "What was done"), text("text.vi", true)))
                (field(say(lang, "Bằng tiếng Anh", "In English"), text("text.en", true)))
                (end(lang, say(lang, "Ghi", "Enter")))
            }
        }
        details { summary { (say(lang, "Ký, gia hạn, kết thúc", "Signed, prolonged, ended")) }
            form data-post={ (api) "/changes" } {
                (field(say(lang, "Ghi nhận ngày", "Known since"), day("date")))
                (field(say(lang, "Ký ngày", "Signed on"), html! { input type="date" name="signed"; }))
                (field(say(lang, "Thời hạn từ", "Term from"), html! { input type="date" name="term_from"; }))
                (field(say(lang, "Ngày đầu tiên sau thời hạn", "First day after the term"), html! { input type="date" name="term_to"; }))
                (end(lang, say(lang, "Ghi", "Enter")))
            }
        }
    }
}

/// Import bodies or areas.
pub fn roles(lang: Lang) -> Markup {
    html! {
        details { summary { (say(lang, "Nhập cơ quan (CSV theo mã đơn vị) hoặc vùng (GeoJSON)", "Import bodies (CSV by unit codes) or areas (GeoJSON)")) }
            p.soft { (say(lang, "Các cột CSV: ", "Columns of the CSV: ")) (crate::service::role_import::COLUMNS.join(", ")) }
            form data-post="/api/roles" data-raw="" {
                label.full { (say(lang, "Tệp", "File")) input type="file" name="file" data-body="" accept=".csv,.geojson,.json" required; }
                (field(say(lang, "Vai trò, nếu tệp không ghi", "Role, where the file has none"), html! { select name="role" {
                    option value="" {}
                    @for (_, word, vi, en) in ROLES { option value=(word) { (say(lang, vi, en)) } }
                } }))
                (field(say(lang, "Tên, nếu tệp không ghi", "Name, where the file has none"), text("name", false)))
                (field(say(lang, "Căn cứ, nếu tệp không ghi", "Basis, where the file has none"), text("basis", false)))
                (field(say(lang, "Hệ tọa độ (GeoJSON)", "CRS (GeoJSON)"), crs_choice(lang)))
                (field(say(lang, "Độ chính xác ranh giới vùng (m, 1σ)", "Accuracy of the outline (m, 1σ)"), html! { input type="number" name="accuracy_m" min="0" step="any"; }))
                div.full { button.main { (say(lang, "Nhập", "Import")) } }
                p.said role="status" {}
            }
        }
    }
}

/// A body no longer has its role.
pub fn end_role(id: &str, lang: Lang) -> Markup {
    html! {
        details { summary { (say(lang, "Thôi vai trò", "End the role")) }
            form data-post={ "/api/roles/" (id) "/end" } {
                (field(say(lang, "Từ ngày", "From"), day("on")))
                (end(lang, say(lang, "Ghi", "Enter")))
            }
        }
    }
}

/// A receiver accepts its hand-over list.
pub fn accept(reform: &str, to: &str, lang: Lang) -> Markup {
    html! {
        form data-post={ "/api/reforms/" (reform) "/hand-overs" } {
            input type="hidden" name="to" value=(to);
            div.full { button.main { (say(lang, "Tiếp nhận", "Accept")) } }
            p.said role="status" {}
        }
    }
}

/// Apply a reform from its file.
pub fn reform(lang: Lang) -> Markup {
    html! {
        details { summary { (say(lang, "Áp dụng một cải cách (tệp TOML)", "Apply a reform (TOML file)")) }
            p.soft { (say(lang,
                "Hãy xem trước bằng «giapranh reform plan TỆP» hoặc POST /api/reforms/plan. Áp dụng trọn vẹn hoặc không gì cả.",
                "Look first with “giapranh reform plan FILE” or POST /api/reforms/plan. It is applied whole or not at all.")) }
            form data-post="/api/reforms" data-raw="" {
                label.full { (say(lang, "Tệp", "File")) input type="file" name="file" data-body="" accept=".toml" required; }
                div.full { button.main { (say(lang, "Áp dụng", "Apply")) } }
                p.said role="status" {}
            }
        }
    }
}
