//! Words kept by their names, such as how long personal values are held.

use super::{StoreError, Tx};

impl Tx<'_> {
    /// # Errors
    /// The store's.
    pub fn setting(&mut self, key: &str) -> Result<Option<String>, StoreError> {
        self.row("SELECT value FROM settings WHERE key = $1", &[key.into()])?.map(|row| row.text(0)).transpose()
    }

    /// # Errors
    /// The store's.
    pub fn set_setting(&mut self, key: &str, value: &str) -> Result<(), StoreError> {
        let sql =
            "INSERT INTO settings (key, value) VALUES ($1, $2) ON CONFLICT (key) DO UPDATE SET value = excluded.value";
        self.execute(sql, &[key.into(), value.into()]).map(drop)
    }
}
