//! What becomes of an upload before it is sent.

use std::fs::File;

use super::*;

/// A file of this test's own; removed when dropped.
struct OnDisk(PathBuf);

impl OnDisk {
    /// As large as that, of zeros.
    fn of(size: u64) -> Self {
        let path = std::env::temp_dir().join(format!("ostankino-{:016x}.bin", fastrand::u64(..)));
        let file = File::create(&path).expect("a new file");
        file.set_len(size).expect("it has room");
        Self(path)
    }
}

impl Drop for OnDisk {
    fn drop(&mut self) {
        let _ = fs::remove_file(&self.0);
    }
}

#[tokio::test]
async fn a_small_file_is_held_once_it_was_read() {
    let file = OnDisk::of(3);
    let mut upload = Upload::path(&file.0);
    let digest = upload.read(most_sent(None)).await.expect("it is there");
    drop(file);
    assert_eq!(digest.hash, FileHash::of(&[0; 3]));
    assert_eq!(upload.content, Content::Bytes(Bytes::from_static(&[0; 3])));
    assert_eq!(
        upload.read(most_sent(None)).await.expect("it is held"),
        digest
    );
}

#[tokio::test]
async fn a_large_file_is_hashed_and_stays_where_it_is() {
    let file = OnDisk::of(MOST_IN_MEMORY + 1);
    let mut upload = Upload::path(&file.0);
    let digest = upload.read(most_sent(None)).await.expect("it is there");
    assert_eq!(digest.size, MOST_IN_MEMORY + 1);
    assert!(matches!(upload.content, Content::Path(_)));
    upload.is_stored();
    assert_eq!(upload.content, Content::Stored);
}

#[tokio::test]
async fn what_cannot_be_sent_is_told_with_its_limit_or_its_path() {
    let (bytes, file) = (vec![0; (10 << 20) + 1], OnDisk::of(most_sent(None) + 1));
    let (empty, gone) = (OnDisk::of(0), "/nowhere/cat.jpg");
    for (mut upload, told) in [
        (
            Upload::bytes(bytes, "image/jpeg"),
            "no more than 10485760 are held in memory",
        ),
        (Upload::path(&file.0), "the Bot API server takes 52428800"),
        (Upload::path(&empty.0), "a file to send is empty"),
        (Upload::path(gone), "cannot be read: /nowhere/cat.jpg"),
    ] {
        let error = upload
            .read(most_sent(None))
            .await
            .expect_err(told)
            .to_string();
        assert!(error.contains(told), "{error}");
    }
}

#[tokio::test]
async fn an_upload_is_stored_without_its_bytes_and_read_back() {
    let mut upload = Upload::bytes(&b"abc"[..], "text/plain").named("Кот.txt");
    assert!(serde_json::to_string(&upload).is_err(), "it was not read");
    upload.read(most_sent(None)).await.expect("it has bytes");
    let stored = serde_json::to_string(&upload).expect("JSON");
    let expected = concat!(
        r#"{"h":"ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad","#,
        r#""s":3,"n":"Кот.txt","t":"text/plain"}"#
    );
    assert_eq!(stored, expected);
    let read: Upload = serde_json::from_str(&stored).expect("an upload");
    assert_eq!((read.name(), read.media_type()), ("Кот.txt", "text/plain"));
    assert_eq!(read.digest(), upload.digest());
    assert_eq!(read.content, Content::Stored);
    assert_eq!(serde_json::to_string(&read).expect("JSON"), expected);
}

#[tokio::test]
async fn a_stream_is_collected_until_it_is_too_much_or_breaks_off() {
    let stream = |chunks: Vec<io::Result<Bytes>>| {
        Upload::stream(futures_util::stream::iter(chunks), "text/plain")
    };
    let mut upload = stream(vec![Ok("a".into()), Ok("bc".into())]).await;
    let digest = upload
        .as_mut()
        .expect("it is small")
        .read(most_sent(None))
        .await;
    assert_eq!(digest.expect("it has bytes").hash, FileHash::of(b"abc"));
    let half = || Ok(vec![0; (5 << 20) + 1].into());
    let error = stream(vec![half(), half()]).await.expect_err("too much");
    assert!(matches!(error, FileError::TooLargeToHold { .. }), "{error}");
    let broken = vec![Ok("a".into()), Err(io::ErrorKind::UnexpectedEof.into())];
    let error = stream(broken).await.expect_err("it broke off");
    assert!(matches!(error, FileError::Broken(_)), "{error}");
}

#[test]
fn an_upload_without_a_name_has_the_ending_of_its_type() {
    let name = |media_type| Upload::bytes(&b"x"[..], media_type).name().to_owned();
    assert_eq!(name("image/jpeg"), "file.jpg");
    assert_eq!(name("model/gltf"), "file");
    assert_eq!(Upload::path("a/b.PDF").media_type(), "application/pdf");
}
