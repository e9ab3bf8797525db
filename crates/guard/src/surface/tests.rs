use super::*;

fn row(method: Method, path: &'static str) -> Row {
    Row {
        method,
        path,
        class: Class::Default,
        access: Access::Public,
        scope: None,
        body: BodyKind::None,
        query: &[],
        queued: false,
        metered: false,
    }
}

fn surface() -> Surface {
    Surface::new(vec![
        row(Method::GET, "/"),
        row(Method::GET, "/price/{asset}"),
        row(Method::POST, "/price/{asset}"),
    ])
    .expect("a table")
}

#[test]
fn a_request_line_finds_its_row_and_parameters() {
    let surface = surface();
    let (found, params) = surface.find(&Method::GET, "/price/BTC");
    assert_eq!(
        (found, params.of("asset", "/price/BTC"), params.of("", "/price/BTC")),
        (Found::Row(1), "BTC", "")
    );
    assert_eq!(surface.find(&Method::HEAD, "/price/BTC").0, Found::Row(1));
    assert_eq!(surface.find(&Method::POST, "/price/BTC").0, Found::Row(2));
    assert_eq!(surface.find(&Method::DELETE, "/price/BTC").0, Found::Method(1));
    assert_eq!(surface.methods(1), "GET, HEAD, POST");
}

#[test]
fn variants_of_a_path_find_nothing() {
    let surface = surface();
    for path in
        ["/price", "/price/", "/price/BTC/", "//price/BTC", "/Price/BTC", "/price//BTC", "/price/BTC/x", ""]
    {
        assert_eq!(surface.find(&Method::GET, path).0, Found::Nothing, "{path}");
    }
}

#[test]
fn a_route_stands_once() {
    let twice = vec![row(Method::GET, "/a"), row(Method::GET, "/a")];
    assert_eq!(Surface::new(twice).err(), Some(SurfaceError::Twice("GET /a".to_owned())));
}
