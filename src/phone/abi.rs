//! The way in and out of WebAssembly: bytes lent in, JSON handed out. No generated glue; `web/src/phone/engine.ts` is the
//! other side.
//!
//! A caller asks for room (`phone_room`), writes there, calls `phone_load` or `phone_ask` with the length, and reads the
//! reply at the address returned: its length as four bytes, then JSON. Room and reply stay until the next call.

use std::cell::RefCell;

use super::ask::{refused, reply};
use super::unpack::Phone;
use crate::domain::Lang;

#[derive(Default)]
struct State {
    room: Vec<u8>,
    reply: Vec<u8>,
    phone: Option<Phone>,
}

thread_local! {
    static STATE: RefCell<State> = RefCell::default();
}

impl State {
    fn hand_out(&mut self, text: &str) -> *const u8 {
        self.reply.clear();
        self.reply.extend((text.len() as u32).to_le_bytes());
        self.reply.extend(text.as_bytes());
        self.reply.as_ptr()
    }

    fn given(&self, len: usize) -> &[u8] {
        &self.room[..len.min(self.room.len())]
    }
}

/// Room for `len` bytes.
#[unsafe(no_mangle)]
pub extern "C" fn phone_room(len: usize) -> *mut u8 {
    STATE.with_borrow_mut(|state| {
        state.room.clear();
        state.room.resize(len, 0);
        state.room.as_mut_ptr()
    })
}

/// Opens the pack in the room; an area taken along before is let go only when this one is sound.
#[unsafe(no_mangle)]
pub extern "C" fn phone_load(len: usize) -> *const u8 {
    STATE.with_borrow_mut(|state| {
        let opened = Phone::open(state.given(len));
        state.room = Vec::new();
        let text = match opened {
            Ok(phone) => {
                let meta = serde_json::to_string(&phone.meta).unwrap_or_else(|_| "null".into());
                state.phone = Some(phone);
                format!(r#"{{"ok":true,"area":{meta}}}"#)
            }
            Err(refusal) => refused(&refusal, Lang::default()),
        };
        state.hand_out(&text)
    })
}

/// Answers the message in the room.
#[unsafe(no_mangle)]
pub extern "C" fn phone_ask(len: usize) -> *const u8 {
    STATE.with_borrow_mut(|state| {
        let text = reply(state.phone.as_ref(), state.given(len));
        state.hand_out(&text)
    })
}
