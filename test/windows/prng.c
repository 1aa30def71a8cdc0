// Programs in Go 1.22 and newer, such as esbuild, load this library, which old versions of Wine lack.
#include <windows.h>
#include <ntsecapi.h>

__declspec(dllexport) BOOL WINAPI ProcessPrng(PBYTE bytes, SIZE_T length) {
  for (SIZE_T done = 0; done < length; done++) {
    if (!RtlGenRandom(bytes + done, 1)) {
      return FALSE;
    }
  }
  return TRUE;
}
