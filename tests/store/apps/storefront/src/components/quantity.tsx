"use client";

import { useState } from "react";

/** Chooses how many to buy, from one to what is in stock. */
export function Quantity({ highest }: { highest: number }) {
  const [quantity, setQuantity] = useState(1);

  return (
    <p>
      <button type="button" disabled={quantity <= 1} onClick={() => setQuantity(quantity - 1)}>
        −
      </button>
      <output> {quantity} </output>
      <button type="button" disabled={quantity >= highest} onClick={() => setQuantity(quantity + 1)}>
        +
      </button>
    </p>
  );
}
