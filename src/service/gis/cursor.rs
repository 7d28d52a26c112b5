//! Where a page begins: the sort keys and the id of the feature before it, in a word that goes into an address.

use base64::Engine;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;
use serde_json::Value;

use crate::domain::Text;
use crate::service::ActionError;

/// The place of a feature in the order of a query.
#[derive(Debug, Clone, PartialEq)]
pub struct Cursor {
    /// Onwards from here; otherwise backwards.
    pub forward: bool,
    /// Values of the fields that are sorted by.
    pub keys: Vec<Value>,
    pub id: String,
}

impl Cursor {
    pub fn encode(&self) -> String {
        let json = serde_json::json!([u8::from(self.forward), self.keys, self.id]);
        URL_SAFE_NO_PAD.encode(json.to_string())
    }

    /// # Errors
    /// It is not from a link of a page.
    pub fn decode(text: &str) -> Result<Cursor, ActionError> {
        let bytes = URL_SAFE_NO_PAD.decode(text.trim()).map_err(|_| Cursor::unreadable())?;
        let (forward, keys, id): (u8, Vec<Value>, String) =
            serde_json::from_slice(&bytes).map_err(|_| Cursor::unreadable())?;
        Ok(Cursor { forward: forward == 1, keys, id })
    }

    pub fn unreadable() -> ActionError {
        ActionError::Invalid(Text::new(
            "«cursor» không phải của một liên kết next hay prev.",
            "“cursor” is not from a next or prev link.",
        ))
    }
}
