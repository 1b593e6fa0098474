//! Messages that arrive, and leave, in pieces of any size.

use tokio::io::{AsyncReadExt, AsyncWriteExt};

use super::*;

fn message(kind: u8, body: &[u8]) -> Vec<u8> {
    let length = u32::try_from(body.len() + 4).expect("a short one");
    [&[kind], &length.to_be_bytes()[..], body].concat()
}

/// Arrives in pieces of that many bytes.
async fn arrives(bytes: &[u8], piece: usize) -> (Vec<u8>, bool) {
    let mut stream = tokio_test_pieces(bytes, piece);
    let side = SideChannel::default();
    let mut wire = Wire::new(&mut stream, side.clone());
    let mut read = Vec::new();
    wire.read_to_end(&mut read).await.expect("it is read");
    (read, side.is_spent())
}

struct Pieces<'a>(&'a [u8], usize);

fn tokio_test_pieces(bytes: &[u8], piece: usize) -> Pieces<'_> {
    Pieces(bytes, piece)
}

impl AsyncRead for Pieces<'_> {
    fn poll_read(
        mut self: Pin<&mut Self>,
        _: &mut Context<'_>,
        buf: &mut ReadBuf<'_>,
    ) -> Poll<io::Result<()>> {
        let length = self.1.min(self.0.len()).min(buf.remaining());
        let (now, later) = self.0.split_at(length);
        buf.put_slice(now);
        self.0 = later;
        Poll::Ready(Ok(()))
    }
}

#[tokio::test]
async fn an_error_gets_its_code_before_its_words_however_it_arrives() {
    let row = message(b'D', b"EEEEE\0E\0");
    let error = message(
        b'E',
        b"S\xd0\x9e\0C57P01\0M\xd0\xba\xd0\xbe\xd0\xbd\xd0\xb5\xd1\x86\0\0",
    );
    let ready = message(b'Z', b"E");
    let told = message(
        b'E',
        b"S\xd0\x9e\0C57P01\0M57P01: \xd0\xba\xd0\xbe\xd0\xbd\xd0\xb5\xd1\x86\0\0",
    );
    let sent = [&*row, &*error, &*ready, &*row, &*error, &*row].concat();
    let expected = [&*row, &*told, &*ready, &*row, &*told, &*row].concat();
    for piece in 1..=sent.len() {
        let (read, is_spent) = arrives(&sent, piece).await;
        assert_eq!(read, expected, "in pieces of {piece}");
        assert!(is_spent);
    }
}

#[tokio::test]
async fn what_is_no_error_or_an_odd_one_passes_as_it_is() {
    for body in [
        &b"\0"[..],
        b"",
        b"M",
        b"Mno code\0\0",
        b"C23505\0\0",
        b"C\xff\0Mx\0\0",
    ] {
        let sent = [message(b'1', b""), message(b'E', body), message(b'Z', b"I")].concat();
        for piece in 1..=sent.len() {
            let (read, is_spent) = arrives(&sent, piece).await;
            assert_eq!((read, is_spent), (sent.clone(), false));
        }
    }
}

#[tokio::test]
async fn a_transaction_begins_with_the_next_statement_and_nobody_hears_of_it() {
    let before = [message(b'3', b""), message(b'Z', b"I")].concat();
    let begun = [message(b'C', b"BEGIN\0"), message(b'Z', b"T")].concat();
    let notice = message(b'N', b"SNOTICE\0\0");
    let answer = [message(b'C', b"UPDATE 1\0"), message(b'Z', b"T")].concat();
    let other = [message(b'C', b"BEGIN\0"), message(b'Z', b"I")].concat();
    let sent = [&*before, &*notice, &*begun, &*answer, &*other].concat();
    let told = [&*before, &*notice, &*answer, &*other].concat();
    for piece in 1..=sent.len() {
        let side = SideChannel::default();
        let (mut out, mut read) = (Vec::new(), Vec::new());
        let stream = tokio::io::join(tokio_test_pieces(&sent, piece), Trickle(&mut out, piece));
        let mut wire = Wire::new(stream, side.clone());
        wire.write_all(b"<first>").await.expect("it is written");
        side.begin();
        wire.write_all(b"<next>").await.expect("it is written");
        wire.write_all(b"<last>").await.expect("it is written");
        wire.read_to_end(&mut read).await.expect("it is read");
        assert_eq!(read, told, "in pieces of {piece}");
        assert_eq!(out, [&b"<first>"[..], BEGIN, b"<next><last>"].concat());
    }
}

#[tokio::test]
async fn the_error_of_a_server_that_ends_instead_is_told() {
    let error = message(b'E', b"SFATAL\0C57P01\0Mbye\0\0");
    let told = message(b'E', b"SFATAL\0C57P01\0M57P01: bye\0\0");
    let side = SideChannel::default();
    let stream = tokio::io::join(tokio_test_pieces(&error, 3), tokio::io::sink());
    let (mut wire, mut read) = (Wire::new(stream, side.clone()), Vec::new());
    side.begin();
    wire.write_all(b"<next>").await.expect("it is written");
    wire.read_to_end(&mut read).await.expect("it is read");
    assert_eq!((read, side.is_spent()), (told, true));
}

/// What a client sends to execute a statement, preparing it before or not.
fn prepare() -> Vec<u8> {
    [
        message(b'P', b"s0\0SELECT\0\0\0"),
        message(b'D', b"Ss0\0"),
        message(b'S', b""),
    ]
    .concat()
}

fn execute() -> Vec<u8> {
    [
        message(b'B', b"\0s0\0SSSS\0\0"),
        message(b'E', b"\0\0\0\0\0"),
        message(b'S', b""),
    ]
    .concat()
}

#[tokio::test]
async fn a_transaction_ends_with_the_statement_that_is_executed_next_and_both_are_answered_at_once()
{
    let ready = |status: &[u8]| message(b'Z', status);
    let done = |tag: &[u8]| message(b'C', tag);
    let inserted = [message(b'2', b""), done(b"INSERT 0 1\0")].concat();
    let failed = message(b'E', b"SERROR\0C23505\0Mtwice\0\0");
    let told = message(b'E', b"SERROR\0C23505\0M23505: twice\0\0");
    let cases = [
        // What comes back after the statement, what of it is handed on, and whether that was committed.
        (
            [
                &*inserted,
                &*ready(b"T"),
                &*done(b"COMMIT\0"),
                &*ready(b"I"),
            ]
            .concat(),
            [&*inserted, &*ready(b"I")].concat(),
            true,
        ),
        (
            [
                &*failed,
                &*ready(b"E"),
                &*done(b"ROLLBACK\0"),
                &*ready(b"I"),
            ]
            .concat(),
            [&*told, &*ready(b"I")].concat(),
            false,
        ),
        // A deferred constraint.
        (
            [&*inserted, &*ready(b"T"), &*failed, &*ready(b"I")].concat(),
            [&*inserted, &*told, &*ready(b"I")].concat(),
            false,
        ),
    ];
    let made = ready(b"I");
    let begun = [done(b"BEGIN\0"), ready(b"T")].concat();
    let prepared = [message(b'1', b""), message(b'n', b""), ready(b"T")].concat();
    for (answers, handed_on, is_committed) in cases {
        let sent = [prepare(), execute()].concat();
        let answers = [&*made, &*begun, &*prepared, &*answers].concat();
        let handed_on = [&*prepared, &*handed_on].concat();
        for piece in 1..=sent.len() {
            let side = SideChannel::default();
            let (mut out, mut read) = (Vec::new(), Vec::new());
            let stream =
                tokio::io::join(tokio_test_pieces(&answers, piece), Trickle(&mut out, piece));
            let mut wire = Wire::new(stream, side.clone());
            wire.read_exact(&mut [0; 6]).await.expect("it is made");
            side.begin();
            side.commit();
            wire.write_all(&prepare()).await.expect("it is written");
            wire.flush().await.expect("it is written");
            assert!(side.is_to_commit(), "nothing is executed yet");
            // Of the answer to that only the beginning need have come.
            wire.write_all(&execute()).await.expect("it is written");
            wire.flush().await.expect("it is written");
            assert!(!side.take_back_commit());
            wire.read_to_end(&mut read).await.expect("it is read");
            assert_eq!(read, handed_on, "in pieces of {piece}");
            assert_eq!(side.is_committed(), is_committed);
            assert!(!side.is_in_transaction());
            assert_eq!(out, [BEGIN, &*sent, COMMIT].concat());
        }
    }
}

#[tokio::test]
async fn a_statement_that_cannot_be_prepared_ends_nothing() {
    let failed = message(b'E', b"SERROR\0C25P02\0Mno\0\0");
    let answers = [&*message(b'Z', b"I"), &*failed, &*message(b'Z', b"E")].concat();
    let side = SideChannel::default();
    let mut out = Vec::new();
    let stream = tokio::io::join(tokio_test_pieces(&answers, 3), &mut out);
    let (mut wire, mut read) = (Wire::new(stream, side.clone()), Vec::new());
    wire.read_exact(&mut [0; 6]).await.expect("it is made");
    side.commit();
    wire.write_all(&prepare()).await.expect("it is written");
    wire.read_to_end(&mut read).await.expect("it is read");
    assert!(side.is_in_transaction());
    assert!(side.take_back_commit(), "it was not sent");
    wire.write_all(&execute()).await.expect("it is written");
    assert_eq!(out, [prepare(), execute()].concat());
}

/// Takes no more than that many bytes at once.
struct Trickle<'a>(&'a mut Vec<u8>, usize);

impl AsyncWrite for Trickle<'_> {
    fn poll_write(
        mut self: Pin<&mut Self>,
        _: &mut Context<'_>,
        bytes: &[u8],
    ) -> Poll<io::Result<usize>> {
        let taken = bytes.len().min(self.1);
        self.0.extend_from_slice(&bytes[..taken]);
        Poll::Ready(Ok(taken))
    }

    fn poll_flush(self: Pin<&mut Self>, _: &mut Context<'_>) -> Poll<io::Result<()>> {
        Poll::Ready(Ok(()))
    }

    fn poll_shutdown(self: Pin<&mut Self>, _: &mut Context<'_>) -> Poll<io::Result<()>> {
        Poll::Ready(Ok(()))
    }
}
