import { isolate } from "../isolate.ts";

export const threads = {
  list: "Threads",
  newChat: "New chat",
  closeList: "Close the list of threads",
  hideList: "Hide the list",

  search: "Search",
  searchThreads: "Search threads",
  clearSearch: "Clear the search",
  results: "Search results",
  found: (count: number) => (count === 1 ? "1 thread found" : `${count} threads found`),
  nothingFound: (query: string) => `Nothing found for “${isolate(query)}”.`,

  pinned: "Pinned",
  today: "Today",
  yesterday: "Yesterday",
  lastWeek: "Last 7 days",
  none: "Your threads will stand here.",
  running: "Being answered",

  more: "More",
  menuOf: (title: string) => `What to do with “${isolate(title)}”`,
  rename: "Rename",
  newTitle: "New title",
  pin: "Pin",
  unpin: "Unpin",
  archive: "Archive",
  restore: "Restore",
  erase: "Delete",
  eraseForGood: "Delete for good",
  askErase: "Delete for good?",
  askEraseOf: (title: string) => `Delete “${isolate(title)}” for good?`,
  archivedNow: (title: string) => `Archived “${isolate(title)}”`,

  archived: "Archived",
  archivedThreads: "Archived threads",
  backToThreads: "Back to the threads",
  noneArchived: "Nothing is archived.",

  jobs: "Jobs",
  pages: "Pages",
  ownTab: (title: string) => `${isolate(title)} (opens in a tab of its own)`,
};
