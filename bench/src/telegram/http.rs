//! HTTP/1.1 by hand, as little of it as clients of the Bot API need: a framework would take more of
//! the machine than some of the bots that are measured.

use std::{io, sync::Arc};

use tokio::{
    io::{AsyncReadExt, AsyncWriteExt},
    net::{TcpListener, TcpStream},
};

use super::{Delays, Supply, methods};

/// More than any call of a bot that answers with a text.
const MAX_REQUEST: usize = 1 << 20;

/// Serves connections for ever.
#[expect(
    clippy::disallowed_methods,
    reason = "connections end with their client or with the process"
)]
pub(super) async fn serve(listener: TcpListener, supply: Arc<Supply>, delays: Delays) {
    while let Ok((stream, _)) = listener.accept().await {
        let supply = supply.clone();
        tokio::spawn(async move {
            if let Err(error) = converse(stream, &supply, delays).await {
                eprintln!("bench: a connection to the Bot API server failed: {error}");
            }
        });
    }
}

async fn converse(mut stream: TcpStream, supply: &Supply, delays: Delays) -> io::Result<()> {
    stream.set_nodelay(true)?;
    let (mut input, mut output) = (Vec::with_capacity(4096), Vec::with_capacity(4096));
    loop {
        let request = match parse(&input)? {
            Some(request) => request,
            None if input.len() > MAX_REQUEST => return Err(invalid("a request is too large")),
            None => match stream.read_buf(&mut input).await {
                // A client that was killed leaves a reset behind: that is its end, no failure.
                Ok(0) => return Ok(()),
                Err(error) if error.kind() == io::ErrorKind::ConnectionReset => return Ok(()),
                read => {
                    read?;
                    continue;
                }
            },
        };
        let body = &input[request.body..request.end];
        let answer = methods::answer(&request.method, body, supply, delays).await;
        output.clear();
        output.extend_from_slice(
            format!(
                "HTTP/1.1 {}\r\nContent-Type: application/json\r\nContent-Length: {}\r\n\r\n",
                answer.status,
                answer.body.len()
            )
            .as_bytes(),
        );
        output.extend_from_slice(answer.body.as_bytes());
        match stream.write_all(&output).await {
            Err(error) if is_gone(&error) => return Ok(()),
            written => written?,
        }
        input.drain(..request.end);
    }
}

fn is_gone(error: &io::Error) -> bool {
    let kinds = [io::ErrorKind::ConnectionReset, io::ErrorKind::BrokenPipe];
    kinds.contains(&error.kind())
}

/// A whole request: the method of the Bot API, and where the body lies.
#[derive(Debug, PartialEq, Eq)]
struct Request {
    method: String,
    body: usize,
    end: usize,
}

/// The first request of `input`; `None` if it has not come whole yet.
fn parse(input: &[u8]) -> io::Result<Option<Request>> {
    let mut headers = [httparse::EMPTY_HEADER; 32];
    let mut head = httparse::Request::new(&mut headers);
    let parsed = head.parse(input).map_err(|_| invalid("no HTTP"))?;
    let httparse::Status::Complete(body) = parsed else {
        return Ok(None);
    };
    let header = |name: &str| {
        let found = head
            .headers
            .iter()
            .find(|h| h.name.eq_ignore_ascii_case(name));
        found.map(|header| header.value)
    };
    if header("transfer-encoding").is_some() {
        return Err(invalid("a request without a length"));
    }
    let length = match header("content-length") {
        None => 0,
        Some(value) => {
            let value = std::str::from_utf8(value)
                .ok()
                .and_then(|v| v.trim().parse().ok());
            value.ok_or_else(|| invalid("a strange length"))?
        }
    };
    // /bot<token>/<method>?…: the token is not looked at.
    let path = head.path.unwrap_or_default();
    let path = path.split_once('?').map_or(path, |(path, _)| path);
    let method = path.rsplit('/').next().unwrap_or_default().to_owned();
    let end = body + length;
    Ok((input.len() >= end).then_some(Request { method, body, end }))
}

fn invalid(problem: &'static str) -> io::Error {
    io::Error::new(io::ErrorKind::InvalidData, problem)
}

#[cfg(test)]
mod tests {
    use super::*;

    const CALL: &[u8] =
        b"POST /bot1:a/sendMessage?x=1 HTTP/1.1\r\nHost: x\r\ncontent-length: 2\r\n\r\n{}GET /";

    #[test]
    fn a_request_is_whole_with_the_last_byte_of_its_body() {
        let whole = CALL.len() - b"GET /".len();
        for end in 0..whole {
            assert_eq!(parse(&CALL[..end]).expect("HTTP"), None, "{end} bytes");
        }
        let request = parse(CALL).expect("HTTP").expect("whole");
        assert_eq!(
            (&*request.method, &CALL[request.body..request.end]),
            ("sendMessage", &b"{}"[..])
        );
    }

    #[test]
    fn what_cannot_be_measured_out_is_refused() {
        for strange in [
            "\0\r\n\r\n",
            "POST / HTTP/1.1\r\ncontent-length: -1\r\n\r\n",
            "POST / HTTP/1.1\r\ntransfer-encoding: chunked\r\n\r\n",
        ] {
            assert!(parse(strange.as_bytes()).is_err(), "{strange:?}");
        }
    }
}
