//! Types that must not be serialisable: if one becomes so, this file does not compile.

/// For a serialisable type two traits would provide the same function, so that the call is ambiguous.
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
    // Tokens, and types that contain them.
    slipway_http::Secret,
    slipway_engine::EnvironmentTokens,
    slipway_engine::NewAccount,
    slipway_engine::NewToken,
    // Contains the signed address of a job's output.
    slipway_vendor::LogStep,
);
