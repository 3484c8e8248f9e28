"""Whether an error says that memory ran out."""

# What plain errors say when the allocators of PyTorch's CPU and of NVIDIA's libraries have no more.
_NO_MEMORY = (
    "DefaultCPUAllocator: can't allocate memory",
    "out of memory",
    "CUBLAS_STATUS_ALLOC_FAILED",
    "CUDNN_STATUS_ALLOC_FAILED",
)


def is_out_of_memory(error: BaseException) -> bool:
    """Whether an error says so, of the processor's memory or of a GPU's."""
    # By name: the error may come before PyTorch is imported, and then is not PyTorch's.
    return (
        isinstance(error, MemoryError)
        or type(error).__name__ == "OutOfMemoryError"
        or (isinstance(error, RuntimeError) and any(each in str(error) for each in _NO_MEMORY))
    )
