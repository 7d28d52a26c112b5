//! Columns in, the same columns and the answer's out: Arrow streams and Parquet files.

use std::fs::File;
use std::io::{Read, Write};
use std::sync::Arc;

use arrow_array::builder::{Float32Builder, Float64Builder, StringBuilder, StringDictionaryBuilder};
use arrow_array::cast::AsArray;
use arrow_array::types::{Float64Type, Int32Type};
use arrow_array::{Array, ArrayRef, Float64Array, RecordBatch, StringArray};
use arrow_cast::cast;
use arrow_ipc::reader::StreamReader;
use arrow_ipc::writer::StreamWriter;
use arrow_schema::{ArrowError, DataType, Field, Schema, SchemaRef};
use csv::ByteRecord;
use parquet::arrow::ArrowWriter;
use parquet::arrow::arrow_reader::ParquetRecordBatchReaderBuilder;
use parquet::basic::Compression;
use parquet::file::properties::WriterProperties;
use rayon::prelude::*;

use super::dates::{Dates, Together};
use super::{AttributeError, AttributeOptions, BATCH, COLUMNS, Job, Row, Summary, layout};
use crate::crs;
use crate::domain::rules::Verdict;
use crate::service::Service;

/// Rows of a Parquet row group, which is held in memory before it is written.
const ROW_GROUP: usize = 1 << 17;
/// Rows read at a time, and those a core works on at a time.
const ROWS: usize = 1 << 15;
const PIECE: usize = BATCH / 2;

/// An Arrow IPC stream in, one out, batch by batch: memory does not grow with the stream.
///
/// # Errors
/// [`AttributeError::Arrow`] for what is no Arrow stream, or breaks off; as [`super::attribute`] for columns that are missing
/// or taken.
pub fn attribute_arrow(
    service: &Service,
    input: impl Read,
    output: &mut impl Write,
    options: &AttributeOptions,
) -> Result<Summary, AttributeError> {
    let reader = StreamReader::try_new(input, None)?;
    let table = Table::new(service, options, &reader.schema())?;
    let dates = Dates::new(&table.job);
    let mut writer = StreamWriter::try_new(output, &table.schema)?;
    let mut summary = Summary::default();
    for batch in reader {
        for done in table.answered(&dates, &batch?, &mut summary)? {
            writer.write(&done)?;
        }
    }
    writer.finish()?;
    Ok(summary)
}

/// A Parquet file in, one out, row group by row group. `progress` is told about how many bytes of the file are done.
///
/// # Errors
/// As [`attribute_arrow`].
pub fn attribute_parquet(
    service: &Service,
    input: File,
    output: impl Write + Send,
    options: &AttributeOptions,
    mut progress: impl FnMut(u64),
) -> Result<Summary, AttributeError> {
    let bytes = input.metadata()?.len();
    let builder = ParquetRecordBatchReaderBuilder::try_new(input)?;
    let rows = u64::try_from(builder.metadata().file_metadata().num_rows()).unwrap_or(0);
    // What others keep in the file's metadata (such as GeoParquet's) holds for the rows that are copied.
    let kept = builder.metadata().file_metadata().key_value_metadata().cloned().unwrap_or_default();
    let kept = kept.into_iter().filter(|pair| pair.key != "ARROW:schema").collect();
    let table = Table::new(service, options, builder.schema())?;
    let dates = Dates::new(&table.job);
    let properties = WriterProperties::builder()
        .set_compression(Compression::SNAPPY)
        .set_max_row_group_row_count(Some(ROW_GROUP))
        .set_key_value_metadata(Some(kept))
        .build();
    let mut writer = ArrowWriter::try_new(output, table.schema.clone(), Some(properties))?;
    let mut summary = Summary::default();
    for batch in builder.with_batch_size(ROWS).build()? {
        for done in table.answered(&dates, &batch?, &mut summary)? {
            writer.write(&done)?;
        }
        progress((bytes as f64 * summary.rows as f64 / rows.max(1) as f64) as u64);
    }
    writer.close()?;
    Ok(summary)
}

/// What is the same for every batch.
struct Table<'a> {
    job: Job<'a>,
    schema: SchemaRef,
}

/// A coordinate's column: numbers as numbers, anything else as text.
enum Axis {
    Numbers(Float64Array),
    Texts(StringArray),
}

impl Axis {
    fn of(column: &ArrayRef) -> Result<Axis, ArrowError> {
        Ok(match column.data_type() {
            t if t.is_numeric() => {
                Axis::Numbers(cast(column, &DataType::Float64)?.as_primitive::<Float64Type>().clone())
            }
            _ => Axis::Texts(text(column)?),
        })
    }

    fn number(&self, row: usize) -> Option<f64> {
        match self {
            Axis::Numbers(numbers) if numbers.is_valid(row) => Some(numbers.value(row)),
            _ => None,
        }
    }

    /// As a file of text would have it.
    fn text(&self, row: usize) -> String {
        match self {
            Axis::Numbers(_) => self.number(row).map(|v| format!("{v:?}")).unwrap_or_default(),
            Axis::Texts(texts) if texts.is_valid(row) => texts.value(row).to_owned(),
            Axis::Texts(_) => String::new(),
        }
    }
}

fn text(column: &ArrayRef) -> Result<StringArray, ArrowError> {
    Ok(cast(column, &DataType::Utf8)?.as_string::<i32>().clone())
}

impl<'a> Table<'a> {
    fn new(service: &'a Service, options: &'a AttributeOptions, schema: &Schema) -> Result<Table<'a>, AttributeError> {
        let names: ByteRecord = schema.fields().iter().map(|f| f.name().as_bytes().to_vec()).collect::<Vec<_>>().into();
        let job = Job::new(service, options, layout(&names, options)?, b',');
        let words = || DataType::Dictionary(Box::new(DataType::Int32), Box::new(DataType::Utf8));
        let added = COLUMNS.iter().map(|name| {
            let kind = match *name {
                "gr_lon" | "gr_lat" | "gr_boundary_m" => DataType::Float64,
                "gr_probability" => DataType::Float32,
                "gr_disputes" | "gr_error" => DataType::Utf8,
                _ => words(),
            };
            Arc::new(Field::new(*name, kind, true))
        });
        let fields: Vec<_> = schema.fields().iter().cloned().chain(added).collect();
        Ok(Table { job, schema: Arc::new(Schema::new_with_metadata(fields, schema.metadata().clone())) })
    }

    /// The rows of a batch in pieces, in order.
    fn answered(
        &self,
        dates: &Dates,
        batch: &RecordBatch,
        summary: &mut Summary,
    ) -> Result<Vec<RecordBatch>, AttributeError> {
        let starts: Vec<usize> = (0..batch.num_rows()).step_by(PIECE).collect();
        let pieces: Result<Vec<(RecordBatch, Summary)>, ArrowError> = starts
            .into_par_iter()
            .map(|start| self.piece(&batch.slice(start, PIECE.min(batch.num_rows() - start)), dates))
            .collect();
        Ok(pieces?
            .into_iter()
            .map(|(piece, counted)| {
                summary.add(&counted);
                piece
            })
            .collect())
    }

    fn piece(&self, batch: &RecordBatch, dates: &Dates) -> Result<(RecordBatch, Summary), ArrowError> {
        let layout = &self.job.layout;
        let (x, y) = (Axis::of(batch.column(layout.x))?, Axis::of(batch.column(layout.y))?);
        let days = layout.date.map(|d| text(batch.column(d))).transpose()?;
        let day = |row: usize| days.as_ref().map(|d| if d.is_valid(row) { d.value(row) } else { "" });
        let (mut together, mut known) = (Together::default(), None);
        for row in 0..batch.num_rows() {
            let place = x.number(row).zip(y.number(row)).filter(|&(lon, lat)| crs::in_region(lon, lat));
            let quick = dates.after(&mut known, day(row).map(str::as_bytes));
            if let (Some((lon, lat)), Some(quick)) = (place, quick) {
                together.offer(row, quick, lon, lat);
            }
        }
        let (mut columns, mut summary) = (Columns::default(), Summary::default());
        let mut judged = together.judged().peekable();
        for row in 0..batch.num_rows() {
            let sure = judged.next_if(|j| j.item == row).and_then(|j| Some(j.row(j.sure?)));
            let row = sure.unwrap_or_else(|| self.job.cells(&x.text(row), &y.text(row), day(row)));
            summary.count(row.verdict, !row.error.is_empty());
            columns.push(&row);
        }
        let columns = batch.columns().iter().cloned().chain(columns.finish()).collect();
        Ok((RecordBatch::try_new(self.schema.clone(), columns)?, summary))
    }
}

/// The columns of the answer, in the order of [`COLUMNS`].
#[derive(Default)]
struct Columns {
    lon: Float64Builder,
    lat: Float64Builder,
    commune: StringDictionaryBuilder<Int32Type>,
    commune_name: StringDictionaryBuilder<Int32Type>,
    province: StringDictionaryBuilder<Int32Type>,
    verdict: StringDictionaryBuilder<Int32Type>,
    probability: Float32Builder,
    boundary_m: Float64Builder,
    disputes: StringBuilder,
    error: StringBuilder,
}

impl Columns {
    fn push(&mut self, row: &Row) {
        let word = |text: &str| (!text.is_empty()).then(|| text.to_owned());
        self.lon.append_option(row.place.map(|p| p.0));
        self.lat.append_option(row.place.map(|p| p.1));
        self.commune.append_option(word(&row.commune));
        self.commune_name.append_option(word(&row.commune_name));
        self.province.append_option(word(&row.province));
        self.verdict.append_option(row.verdict.map(Verdict::word));
        self.probability.append_option(row.probability.map(|p| p as f32));
        self.boundary_m.append_option(row.boundary_m);
        self.disputes.append_option(word(&row.disputes));
        self.error.append_option(word(&row.error));
    }

    fn finish(mut self) -> [ArrayRef; 10] {
        [
            Arc::new(self.lon.finish()),
            Arc::new(self.lat.finish()),
            Arc::new(self.commune.finish()),
            Arc::new(self.commune_name.finish()),
            Arc::new(self.province.finish()),
            Arc::new(self.verdict.finish()),
            Arc::new(self.probability.finish()),
            Arc::new(self.boundary_m.finish()),
            Arc::new(self.disputes.finish()),
            Arc::new(self.error.finish()),
        ]
    }
}
