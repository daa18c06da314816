//! What cannot be printed at all: a type here that learns to serialise does not compile.

/// Were the type serialisable, two traits would offer the same function and the call be ambiguous.
macro_rules! cannot_be_serialised {
    ($($type:ty),+ $(,)?) => {
        const _: fn() = || {
            trait Offers<Why> {
                fn function() {}
            }
            struct Always;
            struct WhenSerialisable;
            impl<T: ?Sized> Offers<Always> for T {}
            impl<T: ?Sized + serde::Serialize> Offers<WhenSerialisable> for T {}
            $(let _ = <$type as Offers<_>>::function;)+
        };
    };
}

cannot_be_serialised!(
    // Tokens, and what holds them.
    slipway_http::Secret,
    slipway_engine::EnvironmentTokens,
    slipway_engine::NewAccount,
    slipway_engine::NewToken,
    // Holds the signed address of a job's output.
    slipway_vendor::LogStep,
);
