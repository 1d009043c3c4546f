import type { Metadata } from "next";
import type { ReactNode } from "react";
import "./globals.css";

export const metadata: Metadata = { title: "OpticWorks", description: "Lens tints" };

export default function Layout({ children }: { children: ReactNode }) {
  return (
    <html lang="en">
      <body>
        <header>
          <a href="/">OpticWorks</a>
        </header>
        <main>{children}</main>
      </body>
    </html>
  );
}
