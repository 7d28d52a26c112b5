//! Photos: what kind of file it is, what its camera wrote into it, and the copy that may be shown.
//!
//! JPEG, PNG and WebP, the formats phones make that can be stripped without touching a pixel. HEIC cannot: it is refused,
//! with the advice to switch the camera to JPEG.

use exif::{In, Tag, Value};
use img_parts::jpeg::Jpeg;
use img_parts::png::Png;
use img_parts::webp::WebP;
use img_parts::{Bytes, ImageEXIF};
use serde::{Deserialize, Serialize};
use utoipa::ToSchema;

/// The largest photo taken, bytes.
pub const MAX_PHOTO_BYTES: u64 = 20 * 1024 * 1024;
/// Wider or higher than any phone's: a file that says so means to fill somebody's memory.
const MAX_SIDE: u32 = 30_000;

/// Why a photo is not taken.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
pub enum PhotoError {
    #[error("neither JPEG, PNG nor WebP")]
    Kind,
    #[error("HEIC")]
    Heic,
    #[error("the file is damaged or cut off")]
    Damaged,
    #[error("more than {MAX_SIDE} pixels wide or high")]
    Huge,
}

/// What the camera wrote into the file.
#[derive(Debug, Clone, Default, PartialEq, Serialize, Deserialize, ToSchema)]
pub struct PhotoMetadata {
    /// WGS 84 degrees.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub lon: Option<f64>,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub lat: Option<f64>,
    /// Metres, as the camera says.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub accuracy_m: Option<f64>,
    /// As the camera writes it, `2026:02:01 08:30:00`, in its own local time.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub taken_local: Option<String>,
    /// Offset of that time from UTC, where it is written.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub utc_offset: Option<String>,
}

/// A photo looked into.
#[derive(Debug, Clone, PartialEq)]
pub struct Photo {
    pub media_type: &'static str,
    pub metadata: PhotoMetadata,
    /// The same pixels with every piece of metadata taken out but how to hold it upright.
    pub served: Vec<u8>,
}

/// Looks into a photo.
///
/// # Errors
/// Another kind of file, or one that cannot be read; never a panic.
pub fn look_into(bytes: &[u8]) -> Result<Photo, PhotoError> {
    let media_type = kind(bytes)?;
    let (metadata, orientation) = read_exif(bytes);
    let upright = orientation.map(only_orientation);
    let source = Bytes::copy_from_slice(bytes);
    let served = match media_type {
        "image/jpeg" => jpeg(source, upright)?,
        "image/png" => png(source, upright)?,
        _ => webp(source, upright)?,
    };
    Ok(Photo { media_type, metadata, served })
}

fn kind(bytes: &[u8]) -> Result<&'static str, PhotoError> {
    match bytes {
        [0xFF, 0xD8, 0xFF, ..] => Ok("image/jpeg"),
        [0x89, b'P', b'N', b'G', 0x0D, 0x0A, 0x1A, 0x0A, ..] => Ok("image/png"),
        [b'R', b'I', b'F', b'F', _, _, _, _, b'W', b'E', b'B', b'P', ..] => Ok("image/webp"),
        // ISO base media file: the brand tells (ISO/IEC 23008-12, annex B).
        [_, _, _, _, b'f', b't', b'y', b'p', brand @ ..]
            if [b"heic", b"heix", b"mif1", b"msf1", b"hevc"].iter().any(|b| brand.starts_with(*b)) =>
        {
            Err(PhotoError::Heic)
        }
        _ => Err(PhotoError::Kind),
    }
}

fn jpeg(source: Bytes, upright: Option<Bytes>) -> Result<Vec<u8>, PhotoError> {
    let mut image = Jpeg::from_bytes(source).map_err(|_| PhotoError::Damaged)?;
    let (width, height) = image.dimensions().ok_or(PhotoError::Damaged)?;
    check(width.into(), height.into())?;
    // APP0 is JFIF's header, APP14 tells how colours are coded, an ICC profile what they mean; everything else in
    // application segments and comments is about the camera and its owner.
    image.segments_mut().retain(|s| match s.marker() {
        0xE0 | 0xEE => true,
        0xE2 => s.contents().starts_with(b"ICC_PROFILE\0"),
        0xE1..=0xEF | 0xFE => false,
        _ => true,
    });
    if upright.is_some() {
        image.set_exif(upright);
    }
    let bytes = image.encoder().bytes();
    // What some phones put behind the image (a second image, a film) is not part of it.
    end_of_jpeg(&bytes).map(|end| bytes[..end].to_vec()).ok_or(PhotoError::Damaged)
}

/// Where the image ends: after the end-of-image marker that follows its scans.
fn end_of_jpeg(bytes: &[u8]) -> Option<usize> {
    let mut at = 2;
    loop {
        let [0xFF, marker] = *bytes.get(at..at + 2)? else { return None };
        match marker {
            0xD9 => return Some(at + 2),
            0xFF => at += 1,
            0x01 | 0xD0..=0xD7 => at += 2,
            _ => {
                let length = usize::from(u16::from_be_bytes([*bytes.get(at + 2)?, *bytes.get(at + 3)?]));
                at += 2 + length.max(2);
                if marker == 0xDA {
                    // Coded pixels: a marker in them is 0xFF followed by neither 0 nor a restart.
                    while !matches!(bytes.get(at..at + 2)?, [0xFF, m] if *m != 0 && !(0xD0..=0xD7).contains(m)) {
                        at += 1;
                    }
                }
            }
        }
    }
}

/// Chunks of a PNG that make the picture (PNG, third edition, 5.6, and the animation ones).
const PNG_KEPT: [&[u8; 4]; 17] = [
    b"IHDR", b"PLTE", b"IDAT", b"IEND", b"tRNS", b"gAMA", b"cHRM", b"sRGB", b"iCCP", b"cICP", b"pHYs", b"sBIT",
    b"bKGD", b"sPLT", b"acTL", b"fcTL", b"fdAT",
];

fn png(source: Bytes, upright: Option<Bytes>) -> Result<Vec<u8>, PhotoError> {
    let mut image = Png::from_bytes(source).map_err(|_| PhotoError::Damaged)?;
    let (width, height) = image.dimensions().ok_or(PhotoError::Damaged)?;
    check(width, height)?;
    image.chunks_mut().retain(|c| PNG_KEPT.iter().any(|k| **k == c.kind()));
    if upright.is_some() {
        image.set_exif(upright);
    }
    Ok(image.encoder().bytes().to_vec())
}

fn webp(source: Bytes, upright: Option<Bytes>) -> Result<Vec<u8>, PhotoError> {
    let mut image = WebP::from_bytes(source).map_err(|_| PhotoError::Damaged)?;
    let (width, height) = image.dimensions().ok_or(PhotoError::Damaged)?;
    check(width, height)?;
    image
        .chunks_mut()
        .retain(|c| [*b"VP8 ", *b"VP8L", *b"VP8X", *b"ALPH", *b"ANIM", *b"ANMF", *b"ICCP"].contains(&c.id()));
    image.set_exif(upright);
    Ok(image.encoder().bytes().to_vec())
}

fn check(width: u32, height: u32) -> Result<(), PhotoError> {
    if width.max(height) > MAX_SIDE { Err(PhotoError::Huge) } else { Ok(()) }
}

/// A TIFF header and one directory with one entry: Orientation, a SHORT (TIFF 6.0, section 2).
fn only_orientation(orientation: u16) -> Bytes {
    let mut exif = b"II*\0\x08\0\0\0\x01\0\x12\x01\x03\0\x01\0\0\0".to_vec();
    exif.extend(orientation.to_le_bytes());
    exif.extend([0; 6]);
    Bytes::from(exif)
}

/// Position, time, and how the camera was held; whatever cannot be read is not there.
fn read_exif(bytes: &[u8]) -> (PhotoMetadata, Option<u16>) {
    let Ok(exif) = exif::Reader::new().read_from_container(&mut std::io::Cursor::new(bytes)) else {
        return (PhotoMetadata::default(), None);
    };
    let value = |tag| exif.get_field(tag, In::PRIMARY).map(|f| &f.value);
    let text = |tag| match value(tag) {
        Some(Value::Ascii(parts)) => {
            let text = String::from_utf8_lossy(parts.first()?).trim().to_owned();
            (!text.is_empty() && text.len() <= 40).then_some(text)
        }
        _ => None,
    };
    let rationals = |tag| match value(tag) {
        Some(Value::Rational(parts)) => Some(parts.iter().map(exif::Rational::to_f64).collect::<Vec<f64>>()),
        _ => None,
    };
    let degrees = |tag, reference, negative: &str| {
        let parts = rationals(tag)?;
        let [d, m, s] = *parts.as_slice() else { return None };
        let value = d + m / 60.0 + s / 3600.0;
        let sign = if text(reference)?.eq_ignore_ascii_case(negative) { -1.0 } else { 1.0 };
        value.is_finite().then_some(sign * value)
    };
    let lat = degrees(Tag::GPSLatitude, Tag::GPSLatitudeRef, "S").filter(|v| v.abs() <= 90.0);
    let lon = degrees(Tag::GPSLongitude, Tag::GPSLongitudeRef, "W").filter(|v| v.abs() <= 180.0);
    let accuracy_m = rationals(Tag::GPSHPositioningError).and_then(|v| v.first().copied()).filter(|v| v.is_finite());
    let orientation = match value(Tag::Orientation) {
        Some(Value::Short(v)) => v.first().copied().filter(|o| (2..=8).contains(o)),
        _ => None,
    };
    let both = lat.zip(lon);
    let metadata = PhotoMetadata {
        lon: both.map(|b| b.1),
        lat: both.map(|b| b.0),
        accuracy_m,
        taken_local: text(Tag::DateTimeOriginal).or_else(|| text(Tag::DateTime)),
        utc_offset: text(Tag::OffsetTimeOriginal),
    };
    (metadata, orientation)
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    /// A grey square of one pixel: the smallest baseline JPEG there is, with EXIF in front, a comment, and a second image
    /// behind its end.
    fn photo_jpeg() -> Vec<u8> {
        let mut bytes = vec![0xFF, 0xD8];
        let mut segment = |marker: u8, contents: &[u8]| {
            bytes.extend([0xFF, marker]);
            bytes.extend(u16::try_from(contents.len() + 2).unwrap().to_be_bytes());
            bytes.extend(contents);
        };
        segment(0xE1, &[b"Exif\0\0".as_slice(), &exif_block()].concat());
        segment(0xE1, b"http://ns.adobe.com/xap/1.0/\0<x:xmpmeta>Nguoi chup</x:xmpmeta>");
        segment(0xFE, b"a comment of the camera");
        segment(0xDB, &[[0].as_slice(), &[16; 64]].concat());
        segment(0xC0, &[8, 0, 1, 0, 1, 1, 1, 0x11, 0]);
        segment(0xC4, &[0x00, 0, 1, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0]);
        segment(0xC4, &[0x10, 0, 1, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0]);
        segment(0xDA, &[1, 1, 0, 0, 63, 0]);
        bytes.extend([0x3F, 0xFF, 0x00, 0x12, 0xFF, 0xD9]);
        bytes.extend(b"a film of the place at 22.05");
        bytes
    }

    /// 22°03'00" N 102°03'30" E, held sideways, taken 2026-02-01 08:30 at +07:00.
    fn exif_block() -> Vec<u8> {
        let rational =
            |parts: [u32; 3]| Value::Rational(parts.iter().map(|&num| exif::Rational { num, denom: 1 }).collect());
        let ascii = |text: &str| Value::Ascii(vec![text.as_bytes().to_vec()]);
        let fields = [
            (Tag::Orientation, Value::Short(vec![6])),
            (Tag::GPSLatitudeRef, ascii("N")),
            (Tag::GPSLatitude, rational([22, 3, 0])),
            (Tag::GPSLongitudeRef, ascii("E")),
            (Tag::GPSLongitude, rational([102, 3, 30])),
            (Tag::GPSHPositioningError, Value::Rational(vec![exif::Rational { num: 45, denom: 10 }])),
            (Tag::DateTimeOriginal, ascii("2026:02:01 08:30:00")),
            (Tag::OffsetTimeOriginal, ascii("+07:00")),
            (Tag::Make, ascii("Camera")),
        ]
        .map(|(tag, value)| exif::Field { tag, ifd_num: In::PRIMARY, value });
        let mut writer = exif::experimental::Writer::new();
        fields.iter().for_each(|f| writer.push_field(f));
        let mut block = std::io::Cursor::new(Vec::new());
        writer.write(&mut block, false).unwrap();
        block.into_inner()
    }

    fn photo_png() -> Vec<u8> {
        let chunk = |kind: &[u8; 4], contents: &[u8]| {
            let png = img_parts::png::PngChunk::new(*kind, Bytes::copy_from_slice(contents));
            png.encoder().bytes().to_vec()
        };
        [
            b"\x89PNG\r\n\x1a\n".to_vec(),
            chunk(b"IHDR", &[0, 0, 0, 1, 0, 0, 0, 1, 8, 0, 0, 0, 0]),
            chunk(b"tEXt", b"Author\0Nguoi chup"),
            chunk(b"eXIf", &exif_block()),
            chunk(b"IDAT", &[0x78, 0x9c, 0x63, 0x60, 0, 0, 0, 2, 0, 1]),
            chunk(b"IEND", b""),
        ]
        .concat()
    }

    fn has(bytes: &[u8], needle: &[u8]) -> bool {
        bytes.windows(needle.len()).any(|w| w == needle)
    }

    #[test]
    fn position_and_time_are_read_and_only_the_orientation_is_left() {
        for (bytes, media_type) in [(photo_jpeg(), "image/jpeg"), (photo_png(), "image/png")] {
            let photo = look_into(&bytes).unwrap();
            assert_eq!(photo.media_type, media_type);
            let m = &photo.metadata;
            assert_eq!(m.lat, Some(22.05));
            assert!((m.lon.unwrap() - 102.058_333_333).abs() < 1e-9);
            assert_eq!((m.accuracy_m, m.utc_offset.as_deref()), (Some(4.5), Some("+07:00")));
            assert_eq!(m.taken_local.as_deref(), Some("2026:02:01 08:30:00"));
            for left in ["Camera", "2026:02:01", "Nguoi chup", "comment", "a film"] {
                assert!(!has(&photo.served, left.as_bytes()), "{media_type}: {left}");
            }
            let (after, orientation) = read_exif(&photo.served);
            assert_eq!((after, orientation), (PhotoMetadata::default(), Some(6)), "{media_type}");
            // Stripping what is stripped changes nothing.
            assert_eq!(look_into(&photo.served).unwrap().served, photo.served);
        }
    }

    #[test]
    fn other_files_are_refused_by_what_they_are() {
        assert_eq!(look_into(b"%PDF-1.7"), Err(PhotoError::Kind));
        assert_eq!(look_into(b""), Err(PhotoError::Kind));
        assert_eq!(look_into(b"\0\0\0\x18ftypheic\0\0\0\0mif1heic"), Err(PhotoError::Heic));
        assert_eq!(look_into(b"<script>alert(1)</script>"), Err(PhotoError::Kind));
        let jpeg = photo_jpeg();
        assert_eq!(look_into(&jpeg[..jpeg.len() / 2]), Err(PhotoError::Damaged));
    }

    proptest! {
        /// Whatever the file, an answer; and what is served has no position.
        #[test]
        fn no_file_makes_it_panic(which in 0..2_u8, changes in proptest::collection::vec((0..400_usize, any::<u8>()), 0..12), cut in 0..400_usize) {
            let mut bytes = if which == 0 { photo_jpeg() } else { photo_png() };
            for (at, byte) in changes {
                if let Some(b) = bytes.get_mut(at) {
                    *b = byte;
                }
            }
            bytes.truncate(bytes.len().saturating_sub(cut / 4));
            if let Ok(photo) = look_into(&bytes) {
                prop_assert_eq!(read_exif(&photo.served).0, PhotoMetadata::default());
            }
        }
    }
}
