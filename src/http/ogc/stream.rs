//! A file as it is being written: from the thread that writes it to the connection, no more than a few pieces ahead.

use std::io::{BufWriter, Write};

use axum::body::{Body, Bytes};
use futures_util::stream;
use tokio::sync::mpsc::{Receiver, Sender, channel};

use crate::export::Output;

/// Bytes of a piece.
const PIECE: usize = 64 * 1024;
/// Pieces on their way.
const AHEAD: usize = 8;

struct Pieces(Sender<std::io::Result<Bytes>>);

impl Write for Pieces {
    fn write(&mut self, bytes: &[u8]) -> std::io::Result<usize> {
        let gone = |_| std::io::Error::from(std::io::ErrorKind::BrokenPipe);
        self.0.blocking_send(Ok(Bytes::copy_from_slice(bytes))).map_err(gone)?;
        Ok(bytes.len())
    }

    fn flush(&mut self) -> std::io::Result<()> {
        Ok(())
    }
}

/// The body of an answer that `write` fills on a thread of its own. Where `write` fails the connection is cut, so that
/// nobody takes a part for the whole.
pub fn body(write: impl FnOnce(Output) -> Result<(), String> + Send + 'static) -> Body {
    let (sender, mut receiver): (_, Receiver<std::io::Result<Bytes>>) = channel(AHEAD);
    tokio::task::spawn_blocking(move || {
        let out: Output = Box::new(BufWriter::with_capacity(PIECE, Pieces(sender.clone())));
        if let Err(why) = write(out) {
            tracing::warn!(why, "a download was cut");
            drop(sender.blocking_send(Err(std::io::Error::other(why))));
        }
    });
    // May be asked again after its end, as whoever packs the answer does.
    Body::from_stream(stream::poll_fn(move |cx| receiver.poll_recv(cx)))
}
