//! Another node on the database of a shop: what it knows it has read itself.

use std::{net::IpAddr, sync::Arc};

use aspis::app::{App, Cluster, Service, World};
use aspis_core::chance::SeededChance;
use aspis_guard::Arrival;
use aspis_market::forecast::Fhs;
use bytes::Bytes;
use http::Request;
use http_body_util::Full;
use tower::ServiceExt;

use super::Shop;

/// The node beside the shop. Nobody tells it anything.
pub(crate) struct Beside {
    pub(crate) app: Arc<App>,
    service: Service,
}

impl Shop {
    /// Another node on the same database, with the same settings and the same clock.
    pub(crate) async fn beside(&self) -> Beside {
        let settings = super::node::settings(self.settings.iter().cloned());
        let world = World {
            store: self.store(),
            cluster: Cluster::default(),
            clock: self.clock.clone(),
            chance: Arc::new(SeededChance::new(8)),
            events: self.events.clone(),
            courier: None,
            desk: self.letters.clone(),
            model: Arc::new(Fhs),
        };
        let (app, service) = Box::pin(App::open(settings, world)).await.unwrap();
        Beside { app, service }
    }
}

impl Beside {
    /// The status of an answer to a caller at an address, signed in or not.
    pub(crate) async fn get(&self, address: &str, path: &str, token: Option<&str>) -> u16 {
        let address: IpAddr = address.parse().unwrap();
        let mut request = Request::get(path).header("host", "127.0.0.1:8001");
        if let Some(token) = token {
            request = request.header("authorization", format!("Bearer {token}"));
        }
        let mut request = request.body(Full::<Bytes>::default()).unwrap();
        request.extensions_mut().insert(Arrival { peer: (address, 40_000).into(), https: false });
        self.service.clone().oneshot(request).await.unwrap().status().as_u16()
    }
}
