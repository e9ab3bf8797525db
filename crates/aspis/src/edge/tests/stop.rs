use std::{
    sync::{
        Arc,
        atomic::{AtomicBool, AtomicU64, Ordering},
    },
    time::Duration,
};

use tokio::{
    io::{AsyncReadExt, AsyncWriteExt},
    net::TcpStream,
    task::JoinSet,
    time::{sleep, timeout},
};

use super::{
    super::Limits,
    site::{GET, Site, limits},
};

#[tokio::test]
async fn what_is_in_progress_is_finished_and_the_idle_go() {
    let mut site = Site::open(limits()).await;
    let mut idle = site.client().await;
    idle.send(GET).await;
    idle.until("/:.").await;
    let mut busy = site.client().await;
    busy.send(GET.replace("GET /", "GET /slow")).await;
    while site.calls() < 2 {
        sleep(Duration::from_millis(5)).await;
    }
    site.begin_stop();
    let answer = busy.rest().await;
    assert!(answer.contains("connection: close") && answer.ends_with("slow."), "{answer}");
    assert_eq!(idle.rest().await, "");
    let report = site.stopped().await;
    assert_eq!((report.requests, report.cut), (2, 0));
}

#[tokio::test]
async fn who_does_not_finish_is_cut() {
    let site = Site::open(Limits { drain: Duration::from_millis(300), ..limits() }).await;
    let mut client = site.client().await;
    client.send(GET.replace("GET /", "GET /endless")).await;
    while site.calls() < 1 {
        sleep(Duration::from_millis(5)).await;
    }
    assert_eq!(site.stop().await.cut, 1);
}

/// What one client saw: complete answers, and whether it was left with half of one or none after a full request.
async fn keep_asking(addr: std::net::SocketAddr, over: Arc<AtomicBool>, answered: Arc<AtomicU64>) -> u64 {
    let mut lost = 0;
    while !over.load(Ordering::SeqCst) {
        let Ok(mut stream) = TcpStream::connect(addr).await else { return lost };
        loop {
            if stream.write_all(GET.as_bytes()).await.is_err() {
                lost += 1;
                break;
            }
            let mut answer = Vec::new();
            while !answer.ends_with(b"/:.") && stream.read_buf(&mut answer).await.unwrap_or(0) > 0 {}
            if !answer.ends_with(b"/:.") {
                lost += 1;
                break;
            }
            answered.fetch_add(1, Ordering::SeqCst);
            if answer.windows(17).any(|window| window == b"connection: close") {
                break;
            }
        }
    }
    lost
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_stop_under_load_loses_no_request() {
    for _ in 0..3 {
        let mut site = Site::open(limits()).await;
        let over = Arc::new(AtomicBool::new(false));
        let answered = Arc::new(AtomicU64::new(0));
        let mut clients = JoinSet::new();
        for _ in 0..40 {
            clients.spawn(keep_asking(site.addr, Arc::clone(&over), Arc::clone(&answered)));
        }
        sleep(Duration::from_millis(200)).await;
        // Connections that only now come may be refused by the kernel: they asked nothing yet.
        over.store(true, Ordering::SeqCst);
        site.begin_stop();
        let calls = Arc::clone(&site.calls);
        let report = site.stopped().await;
        let lost: u64 = timeout(Duration::from_secs(9), clients.join_all()).await.unwrap().into_iter().sum();
        assert_eq!((lost, report.cut), (0, 0));
        assert_eq!(report.requests, answered.load(Ordering::SeqCst));
        assert_eq!(report.requests, u64::from(calls.load(Ordering::SeqCst)));
    }
}
