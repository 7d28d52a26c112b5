//! Files of points: the quick way through a file says what the long way says, row by row.

use giapranh::engine::Layer;
use giapranh::service::{ATTRIBUTE_COLUMNS as COLUMNS, AttributeOptions, Service, Summary, attribute};

use crate::common::{Dice, official, say};
use crate::toyland;

/// A quoted word in the header sends the whole file the long way; the header is all that differs then.
fn both_ways(service: &Service, header: &str, rows: &str, options: &AttributeOptions) -> (String, Summary) {
    let run = |header: &str| {
        let mut out = Vec::new();
        let file = format!("{header}\n{rows}");
        let summary = attribute(service, file.as_bytes(), &mut out, options, |_| {}).expect("attributed");
        (String::from_utf8(out).expect("UTF-8"), summary)
    };
    let (first, rest) = header.split_at(header.find([',', ';']).expect("a delimiter"));
    let (quick, quick_summary) = run(header);
    let (long, long_summary) = run(&format!("\"{first}\"{rest}"));
    let delimiter = if header.contains(';') { b';' } else { b',' };
    let records = |text: &str| -> Vec<csv::StringRecord> {
        let mut reader = csv::ReaderBuilder::new().delimiter(delimiter).from_reader(text.as_bytes());
        reader.records().map(|r| r.expect("a record")).collect()
    };
    let (quick_rows, long_rows) = (records(&quick), records(&long));
    assert_eq!(quick_rows.len(), long_rows.len());
    let share = COLUMNS.len() - COLUMNS.iter().position(|c| *c == "gr_probability").expect("the column");
    for (row, (quick, long)) in quick_rows.iter().zip(&long_rows).enumerate() {
        let share = quick.len() - share;
        for (i, (quick, long)) in quick.iter().zip(long).enumerate() {
            // The quick way's share is good to 0.001, so that the second decimal may be another's neighbour.
            let near = |a: &str, b: &str| Some((a.parse::<f64>().ok()? - b.parse::<f64>().ok()?).abs() < 0.0101);
            assert!(
                quick == long || i == share && near(quick, long) == Some(true),
                "row {row}, field {i}: {quick}, {long}"
            );
        }
    }
    assert_eq!(quick_summary, long_summary);
    (quick, quick_summary)
}

/// Rows about a layer: uniform, near its lines, on its vertices, with one to twelve decimals.
fn rows(layer: &Layer, count: usize, delimiter: char) -> String {
    let mut dice = Dice(11);
    let edges = layer.edges.list();
    let mut text = String::new();
    for i in 0..count {
        let edge = &edges[(dice.uniform() * edges.len() as f64) as usize];
        let (x, y) = match i % 4 {
            0 => (edge.a.x, edge.a.y),
            1 => (edge.middle().x + dice.between(-3e-3, 3e-3), edge.middle().y + dice.between(-3e-3, 3e-3)),
            _ => (dice.between(102.0, 105.0), dice.between(21.0, 23.0)),
        };
        let decimals = 1 + i % 12;
        let day = ["2026-01-01", "2025-07-01", "2026-03-31T10:00:00Z", "01/08/2025"][i / 7 % 4];
        text += &format!("{i}{delimiter}{x:.decimals$}{delimiter}{y:.decimals$}{delimiter}{day}\n");
    }
    text
}

const ODD: &str = "\r\n\n1,102.5,22.25,2026-01-01\r\n2,22.25,102.5,2026-01-01\n3, 102.5,22.25,2026-01-01\n4,102.5,22.25\n\
    5,102.5,22.25,2026-01-01,more\n6,,,2026-01-01\n7,abc,22.25,2026-01-01\n8,102.500,22.250,2026-01-01\n\
    9,102,22,2026-01-01\n10,099.5,22.25,2026-01-01\n11,102.5,22.25,yesterday\n12,462791,2457880,2026-01-01\n\
    13,102.123,22.456,2026-01-01\n14,+102.5,22.25,2026-01-01\n15,102.5e0,22.25,2026-01-01\n16,108.000,24.000,2026-01-01\n\
    17,102.1234567890123456,22.2,2026-01-01\n18,102.5,22.25,2023-06-01\n19,102.5°,22.25,2026-01-01\n20,102.5,22.25,2026-01-01";

#[test]
fn both_ways_say_the_same_on_toyland() {
    let service = toyland::service();
    let layer = service.engine.layers().next().expect("a layer");
    layer
        .set_cells(giapranh::engine::Cells::build(&layer.edges, layer.shapes.len() as u32, [0; 32]).expect("an index"));
    for (date_column, boundary_to_m) in
        [(None, None), (Some("day"), None), (Some("day"), Some(500.0)), (None, Some(0.0))]
    {
        let options = AttributeOptions {
            at: Some(jiff::civil::date(2026, 1, 1)),
            date_column: date_column.map(str::to_owned),
            boundary_to_m,
            ..AttributeOptions::default()
        };
        let (text, summary) = both_ways(&service, "id,lon,lat,day", &(rows(layer, 4000, ',') + ODD), &options);
        assert_eq!((summary.rows, text.lines().count()), (4020, 4021));
        assert!(summary.sole > 200 && summary.none > 100 && summary.uncertain > 100, "{summary:?}");
        both_ways(&service, "id;lon;lat;day", &(rows(layer, 300, ';') + &ODD.replace(',', ";")), &options);
    }
}

#[test]
fn a_quote_in_the_middle_of_a_file_changes_the_way_and_no_row() {
    let service = toyland::service();
    let layer = service.engine.layers().next().expect("a layer");
    layer
        .set_cells(giapranh::engine::Cells::build(&layer.edges, layer.shapes.len() as u32, [0; 32]).expect("an index"));
    let some = rows(layer, 1000, ',');
    // Blocks are 4 MB: the quoted rows come in the second.
    let many = some.repeat((5 << 20) / some.len()) + "a,\"102.5\",22.25,\"2026\n01\"\n" + &some;
    both_ways(&service, "id,lon,lat,day", &many, &AttributeOptions::default());
}

#[test]
fn both_ways_say_the_same_on_the_official_communes() {
    let Some(service) = official("the quick way through a file on the official maps") else { return };
    let layer = service.engine.layers().find(|l| l.info.id == "communes-2025").expect("communes");
    assert!(layer.cells().is_some(), "a kept generation has an index");
    for boundary_to_m in [None, Some(300.0)] {
        let options =
            AttributeOptions { date_column: Some("day".into()), boundary_to_m, ..AttributeOptions::default() };
        let (_, summary) = both_ways(service, "id,lon,lat,day", &(rows(layer, 3000, ',') + ODD), &options);
        say(&format!("both ways on the official communes: {summary:?}"));
    }
}
