"""Signing in at Amazon Cognito, as adiutaOpt asks."""
