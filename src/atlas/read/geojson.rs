//! GeoJSON (RFC 7946): one FeatureCollection.

use geojson::{FeatureCollection, GeoJson};

use super::{Feature, Wrong, json_error};
use crate::domain::Text;

pub fn features(bytes: &[u8]) -> Result<Vec<Feature>, Wrong> {
    let parsed: GeoJson = serde_json::from_slice(bytes).map_err(|e| json_error(&e))?;
    let GeoJson::FeatureCollection(FeatureCollection { features, .. }) = parsed else {
        return Err((String::new(), Text::new("phải là FeatureCollection", "must be a FeatureCollection")));
    };
    features
        .into_iter()
        .enumerate()
        .map(|(i, f)| match (f.properties, f.geometry) {
            (Some(properties), Some(geometry)) => Ok(Feature { properties, geometry }),
            (None, _) => Err((format!("feature {i}"), Text::new("thiếu thuộc tính", "no properties"))),
            (_, None) => Err((format!("feature {i}"), Text::new("thiếu hình", "no geometry"))),
        })
        .collect()
}
