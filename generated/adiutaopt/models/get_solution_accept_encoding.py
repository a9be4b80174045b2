from typing import Literal

GetSolutionAcceptEncoding = Literal["deflate", "gzip", "identity"]

GET_SOLUTION_ACCEPT_ENCODING_VALUES: set[GetSolutionAcceptEncoding] = {
    "deflate",
    "gzip",
    "identity",
}


def check_get_solution_accept_encoding(value: str) -> GetSolutionAcceptEncoding:
    if value in GET_SOLUTION_ACCEPT_ENCODING_VALUES:
        return value
    raise TypeError(f"Unexpected value {value!r}. Expected one of {GET_SOLUTION_ACCEPT_ENCODING_VALUES!r}")
