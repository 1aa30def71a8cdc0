// Ends a process and all that it has started, as `taskkill /pid PID /t /f` does on Windows: Wine's own
// leaves the others running.
#include <stdlib.h>
#include <windows.h>
#include <tlhelp32.h>

static void end(DWORD pid) {
  PROCESSENTRY32 entry = {.dwSize = sizeof entry};
  HANDLE list = CreateToolhelp32Snapshot(TH32CS_SNAPPROCESS, 0);
  for (BOOL more = Process32First(list, &entry); more; more = Process32Next(list, &entry)) {
    if (entry.th32ParentProcessID == pid) {
      end(entry.th32ProcessID);
    }
  }
  CloseHandle(list);
  HANDLE process = OpenProcess(PROCESS_TERMINATE, FALSE, pid);
  TerminateProcess(process, 1);
  CloseHandle(process);
}

int main(int count, char **words) {
  if (count > 2) {
    end(atoi(words[2]));
  }
  return 0;
}
