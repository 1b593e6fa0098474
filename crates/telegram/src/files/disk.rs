//! Files of this machine, read bit by bit.

use std::{io, path::Path};

use bytes::BytesMut;
use futures_util::{StreamExt, stream};
use tokio::{fs::File, io::AsyncReadExt};

use super::ByteStream;

/// How much is read at once.
const CHUNK: usize = 64 << 10;

/// Opens a file; gives its size, too.
pub(super) async fn open(path: &Path) -> io::Result<(File, u64)> {
    let file = File::open(path).await?;
    let about = file.metadata().await?;
    if !about.is_file() {
        return Err(io::Error::other("it is no file"));
    }
    Ok((file, about.len()))
}

/// What is in a file, from where it stands to its end.
pub(super) fn stream(file: File) -> ByteStream {
    stream::try_unfold(file, |mut file| async move {
        let mut bytes = BytesMut::with_capacity(CHUNK);
        match file.read_buf(&mut bytes).await? {
            0 => Ok(None),
            _ => Ok(Some((bytes.freeze(), file))),
        }
    })
    .boxed()
}
