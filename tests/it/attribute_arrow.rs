//! Files of columns: Arrow streams and Parquet say what the same rows as CSV say.

use std::sync::Arc;

use arrow_array::cast::AsArray;
use arrow_array::types::{Float32Type, Float64Type};
use arrow_array::{Array, ArrayRef, Float64Array, Int64Array, RecordBatch, StringArray};
use arrow_cast::cast;
use arrow_ipc::reader::StreamReader;
use arrow_ipc::writer::StreamWriter;
use arrow_schema::DataType;
use giapranh::service::{
    AttributeError, AttributeOptions, Bulk, Service, attribute, attribute_arrow, attribute_parquet,
};
use jiff::civil::date;
use parquet::arrow::ArrowWriter;
use parquet::arrow::arrow_reader::ParquetRecordBatchReaderBuilder;

use crate::common::{Dice, official};
use crate::toyland;

type Place = (Option<f64>, Option<f64>);

/// Rows about a map: most in it, some outside, some without a position, one in metres.
fn places(service: &Service, count: usize) -> Vec<Place> {
    let mut dice = Dice(8);
    let layer = service.engine.layers().find(|l| l.cells().is_some()).expect("an indexed layer");
    let edges = layer.edges.list();
    (0..count)
        .map(|i| {
            let at = edges[(dice.uniform() * edges.len() as f64) as usize].middle();
            match i % 10 {
                0 => (None, Some(22.0)),
                1 => (None, None),
                2 => (Some(462_791.0), Some(2_457_880.0)),
                3 => (Some(dice.between(102.0, 105.0)), Some(dice.between(21.0, 23.0))),
                _ => (Some(at.x + dice.between(-4e-3, 4e-3)), Some(at.y + dice.between(-4e-3, 4e-3))),
            }
        })
        .collect()
}

const DAYS: [Option<&str>; 4] = [Some("2026-01-01"), Some("2025-08-01T20:00:00Z"), None, Some("2023-06-01")];

fn batch(places: &[Place]) -> RecordBatch {
    let days = (0..places.len()).map(|i| DAYS[i / 3 % 4]);
    RecordBatch::try_from_iter_with_nullable([
        ("id", Arc::new(Int64Array::from_iter_values(0..places.len() as i64)) as ArrayRef, false),
        ("lon", Arc::new(places.iter().map(|p| p.0).collect::<Float64Array>()), true),
        ("lat", Arc::new(places.iter().map(|p| p.1).collect::<Float64Array>()), true),
        ("day", Arc::new(days.collect::<StringArray>()), true),
    ])
    .expect("a batch")
}

/// The added columns of each row as text.
fn by_csv(service: &Service, places: &[Place], options: &AttributeOptions) -> Vec<Vec<String>> {
    let number = |v: Option<f64>| v.map(|v| format!("{v:?}")).unwrap_or_default();
    let rows = places
        .iter()
        .enumerate()
        .map(|(i, p)| format!("{i},{},{},{}\n", number(p.0), number(p.1), DAYS[i / 3 % 4].unwrap_or_default()));
    let file = "id,lon,lat,day\n".to_owned() + &rows.collect::<String>();
    let mut out = Vec::new();
    attribute(service, file.as_bytes(), &mut out, options, |_| {}).expect("attributed");
    let mut reader = csv::Reader::from_reader(out.as_slice());
    reader.records().map(|r| r.expect("a row").iter().skip(4).map(str::to_owned).collect()).collect()
}

fn by_columns(batches: &[RecordBatch]) -> Vec<Vec<String>> {
    let mut rows = Vec::new();
    for batch in batches {
        let added: Vec<ArrayRef> = batch.columns()[4..].to_vec();
        for row in 0..batch.num_rows() {
            let cells = added.iter().enumerate().map(|(i, column)| match column.data_type() {
                _ if column.is_null(row) => String::new(),
                DataType::Float64 => {
                    let digits = if i < 2 { 9 } else { 3 };
                    format!("{:.digits$}", column.as_primitive::<Float64Type>().value(row))
                }
                DataType::Float32 => format!("{:.2}", column.as_primitive::<Float32Type>().value(row)),
                _ => cast(column, &DataType::Utf8).expect("text").as_string::<i32>().value(row).to_owned(),
            });
            rows.push(cells.collect());
        }
    }
    rows
}

fn stream(batches: &[RecordBatch]) -> Vec<u8> {
    let mut bytes = Vec::new();
    let mut writer = StreamWriter::try_new(&mut bytes, &batches[0].schema()).expect("a stream");
    batches.iter().for_each(|b| writer.write(b).expect("written"));
    writer.finish().expect("ended");
    bytes
}

fn all_ways_agree(service: &Service, count: usize) {
    let places = places(service, count);
    let whole = batch(&places);
    for boundary_to_m in [None, Some(300.0)] {
        let options =
            AttributeOptions { date_column: Some("day".into()), boundary_to_m, ..AttributeOptions::default() };
        let wanted = by_csv(service, &places, &options);
        let mut out = Vec::new();
        let (first, rest) = (whole.slice(0, count / 3), whole.slice(count / 3, count - count / 3));
        let summary =
            attribute_arrow(service, stream(&[first, rest]).as_slice(), &mut out, &options).expect("attributed");
        assert_eq!(summary.rows, count as u64);
        let reader = StreamReader::try_new(out.as_slice(), None).expect("a stream");
        let answered: Vec<RecordBatch> = reader.map(|b| b.expect("a batch")).collect();
        let found = by_columns(&answered);
        assert_eq!(found.len(), wanted.len());
        for (i, (found, wanted)) in found.iter().zip(&wanted).enumerate() {
            assert_eq!(found, wanted, "row {i}: {:?}", places[i]);
        }
        // The same through a Parquet file.
        let mut file = tempfile::tempfile().expect("a file");
        let mut writer = ArrowWriter::try_new(&mut file, whole.schema(), None).expect("a file");
        writer.write(&whole).expect("written");
        writer.close().expect("ended");
        let mut done = Vec::new();
        let summary = attribute_parquet(service, file, &mut done, &options, |_| {}).expect("attributed");
        assert_eq!(summary.rows, count as u64);
        let mut back = tempfile::tempfile().expect("a file");
        std::io::Write::write_all(&mut back, &done).expect("written");
        let reader = ParquetRecordBatchReaderBuilder::try_new(back).expect("Parquet").build().expect("a reader");
        let read: Vec<RecordBatch> = reader.map(|b| b.expect("a batch")).collect();
        assert_eq!(by_columns(&read), wanted);
    }
}

fn indexed_toyland() -> Service {
    let service = toyland::service();
    let layer = service.engine.layers().next().expect("a layer");
    layer
        .set_cells(giapranh::engine::Cells::build(&layer.edges, layer.shapes.len() as u32, [0; 32]).expect("an index"));
    service
}

#[test]
fn columns_say_what_rows_say_on_toyland() {
    all_ways_agree(&indexed_toyland(), 3000);
}

#[test]
fn columns_say_what_rows_say_on_the_official_communes() {
    let Some(service) = official("files of columns on the official maps") else { return };
    all_ways_agree(service, 2000);
}

#[test]
fn verdicts_in_columns_are_those_of_the_rows() {
    let Some(service) = official("verdicts in columns on the official maps") else { return };
    let at = date(2026, 1, 1);
    let places: Vec<(f64, f64)> =
        places(service, 3000).into_iter().filter_map(|(x, y)| x.zip(y)).filter(|&(x, _)| x < 180.0).collect();
    let (lon, lat): (Vec<f64>, Vec<f64>) = places.iter().copied().unzip();
    let bulk = Bulk::new(service, at, Some(300.0)).expect("an indexed map");
    let verdicts = bulk.judge(&lon, &lat);
    // As text, since what is not known is NaN, which equals nothing.
    assert!(format!("{verdicts:?}") == format!("{:?}", bulk.judge_here(&lon, &lat)), "all cores, one core");
    let options = AttributeOptions { at: Some(at), boundary_to_m: Some(300.0), ..AttributeOptions::default() };
    let places: Vec<Place> = places.iter().map(|&(x, y)| (Some(x), Some(y))).collect();
    for (i, row) in by_csv(service, &places, &options).iter().enumerate() {
        let unit = verdicts.owner[i].and_then(|o| bulk.words(o)).cloned().unwrap_or_default();
        let disputes = verdicts.disputes.iter().find(|d| d.0 == i).map_or("", |d| d.1.as_str());
        let number = |v: f64, digits: usize| if v.is_nan() { String::new() } else { format!("{v:.digits$}") };
        let probability = number(f64::from(verdicts.probability[i]), 2);
        let found = [&unit.commune, &unit.name, &unit.province, verdicts.verdict[i].word(), &probability];
        assert_eq!(found, [&row[2], &row[3], &row[4], row[5].as_str(), row[6].as_str()], "row {i}");
        assert_eq!((number(verdicts.boundary_m[i], 3), disputes), (row[7].clone(), row[8].as_str()), "row {i}");
    }
}

#[test]
fn what_is_no_arrow_or_breaks_off_is_an_error() {
    let service = indexed_toyland();
    let options = AttributeOptions::default();
    let run = |bytes: &[u8]| attribute_arrow(&service, bytes, &mut Vec::new(), &options);
    assert!(matches!(run(b"lon,lat\n1,2\n"), Err(AttributeError::Arrow(_))));
    assert!(run(b"").is_err());
    let whole = stream(&[batch(&places(&service, 500))]);
    assert!(run(&whole).is_ok());
    assert!(run(&whole[..whole.len() / 2]).is_err(), "cut off half-way");
    let other = RecordBatch::try_from_iter([("a", Arc::new(Int64Array::from(vec![1])) as ArrayRef)]).expect("a batch");
    assert!(matches!(run(&stream(&[other])), Err(AttributeError::NoCoordinates(_))));
}
