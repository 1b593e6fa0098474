//! The client against servers that are slow, or answer oddly.

use std::sync::atomic::{AtomicUsize, Ordering::SeqCst};

use futures_util::future::join_all;
use serde::de::IgnoredAny;
use telegram_emulator::Emulator;
use tokio::{
    io::{AsyncReadExt, AsyncWriteExt},
    net::{TcpListener, TcpStream},
    sync::Semaphore,
    task::JoinSet,
};

use super::*;

fn bot_of(tg: &Emulator) -> Bot {
    let mut settings = Settings::new(tg.token());
    settings.api_url = tg.url();
    settings.max_retries = 0;
    Bot::new(settings)
}

#[tokio::test]
async fn a_result_of_another_type_is_told_by_its_place_and_not_by_what_it_says() {
    #[derive(Debug, Deserialize)]
    struct Odd {
        #[serde(rename = "username")]
        _username: i64,
    }
    let tg = Emulator::start().await;
    let called = bot_of(&tg).call::<Odd>(Call::new("getMe")).await;
    let error = called.expect_err("a name is no number");
    assert!(!error.is_transient(), "the call was made");
    let told = format!("{} {error:?}", chain(&error));
    assert!(told.contains("`username`"), "{told}");
    assert!(!told.contains(tg.username()), "{told}");
}

/// Answers each call but `getMe` when it is told to.
struct Slow {
    gate: Semaphore,
    under_way: AtomicUsize,
    most: AtomicUsize,
    seen: Semaphore,
}

impl Slow {
    async fn serve(self: Arc<Self>, mut stream: TcpStream) {
        let mut buffer = [0; 4096];
        while let Ok(1..) = stream.read(&mut buffer).await {
            let is_call = !buffer.windows(5).any(|bytes| bytes == b"getMe");
            if is_call {
                self.most
                    .fetch_max(self.under_way.fetch_add(1, SeqCst) + 1, SeqCst);
                self.seen.add_permits(1);
                self.gate.acquire().await.expect("open").forget();
                self.under_way.fetch_sub(1, SeqCst);
            }
            let me = r#"{"ok":true,"result":{"id":1,"first_name":"a","username":"a"}}"#;
            let length = me.len();
            let answer = format!("HTTP/1.1 200 OK\r\ncontent-length: {length}\r\n\r\n{me}");
            stream
                .write_all(answer.as_bytes())
                .await
                .expect("it listens");
        }
    }
}

#[tokio::test]
async fn calls_wait_for_their_turn_and_the_poller_for_none() {
    let listener = TcpListener::bind("127.0.0.1:0").await.expect("a port");
    let mut settings = Settings::new("1:AA");
    settings.api_url = format!("http://{}", listener.local_addr().expect("bound"));
    settings.max_connections = 2;
    let bot = Bot::new(settings);
    let slow = Arc::new(Slow {
        gate: Semaphore::new(0),
        under_way: AtomicUsize::new(0),
        most: AtomicUsize::new(0),
        seen: Semaphore::new(0),
    });
    let serving = async {
        let mut connections = JoinSet::new();
        while let Ok((stream, _)) = listener.accept().await {
            connections.spawn(slow.clone().serve(stream));
        }
    };
    let calls = join_all((0..5).map(|_| bot.call::<IgnoredAny>(Call::new("sendDice"))));
    let looking = async {
        let both = slow.seen.acquire_many(2).await;
        both.expect("open").forget();
        bot.identify().await.expect("it does not wait");
        slow.gate.add_permits(5);
    };
    tokio::select! {
        () = serving => {}
        (sent, ()) = async { tokio::join!(calls, looking) } => {
            assert!(sent.iter().all(Result::is_ok), "{sent:?}");
        }
    }
    assert_eq!(slow.most.load(SeqCst), 2);
}

#[tokio::test]
async fn a_429_is_told_with_its_chat_whoever_made_the_call() {
    let tg = Emulator::start().await;
    let mut settings = Settings::new(tg.token());
    settings.api_url = tg.url();
    settings.max_retries = 1;
    let bot = Bot::new(settings);
    let told = Arc::new(std::sync::Mutex::new(Vec::new()));
    let telling = told.clone();
    bot.when_limited(move |chat, wait| telling.lock().expect("whole").push((chat, wait)));
    let limited = |method: &str, wait| {
        let fault = telegram_emulator::Fault::on(method).status(429);
        tg.fault(fault.retry_after(wait).times(1));
    };
    limited("sendMessage", 0);
    let person = tg.person("A").who_has_started();
    let call = Call::new("sendMessage")
        .param("chat_id", person.id())
        .param("text", "x");
    bot.call::<IgnoredAny>(call).await.expect("made again");
    limited("sendDocument", 1);
    let file = crate::Upload::bytes(&b"abc"[..], "text/plain").named("a.txt");
    let call = Call::new("sendDocument").param("chat_id", person.id());
    let sent = bot.call::<IgnoredAny>(call.file("document", file)).await;
    sent.expect("made again");
    limited("sendMessageDraft", 3);
    let call = Call::new("sendMessageDraft").param("chat_id", person.id());
    let shown = bot.try_once(call, Duration::ZERO).await;
    assert!(shown.is_err_and(|error| error.code() == Some(429)));
    // It is one of the method, and no matter of any chat.
    limited("setMyName", 3_600);
    let named = bot.call::<IgnoredAny>(Call::new("setMyName")).await;
    assert!(named.is_err_and(|error| error.code() == Some(429)));
    let told = told.lock().expect("whole").clone();
    let of_chat = |seconds| (person.id(), Duration::from_secs(seconds));
    assert_eq!(told, [0, 1, 3].map(of_chat));
}
