"""Amazon Cognito user pools: SRP sign-in, refresh, JWKS, as far as adiutaOpt's sign-in needs them.

Source: adiutaOpt facts F059-F066.
"""
