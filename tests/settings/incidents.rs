//! `[incident]`: playbooks of an operator's own.

use super::{Shop, json};

#[tokio::test]
async fn incident_playbooks() {
    let own = "incident.playbooks={quiet = {says = \"Less of everything\", actions = [\"tighten prices\"]}}";
    let ask = json!({"action": "contain", "playbook": "quiet"});
    for (settings, status, passed) in [(&[][..], 400, 3), (&[own], 200, 1)] {
        let shop = Shop::endless(settings).await;
        let op = shop.another_operator("op@example.org").await;
        let done = shop.at("198.51.100.77").token(&op).post("/api/v1/admin/incident", &ask).await;
        assert_eq!(done.status(), status, "{}", done.text());
        let mut through = 0;
        for _ in 0..3 {
            through += u32::from(shop.caller().get("/api/v1/prices").await.status() == 200);
        }
        assert_eq!(through, passed);
    }
}
